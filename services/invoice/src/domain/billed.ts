import { InvalidError } from '@malipo/service-kit/errors';
import type { Standing } from './standing.ts';

/**
 * 10^15 cents, ten trillion shillings: about what all of Kenya earns in a year. Ledger accounts add up all that was ever
 * owed, paid and taken back, and a number holds sums exactly up to nine times that.
 */
export const MAX_BILLED_CENTS = 1_000_000_000_000_000;

/** How much more than before was ever billed (cents): what is lowered or void stays billed, as in the ledger. */
export const addsToBilled = (before: Standing | null, after: Standing): number =>
  Math.max(0, billedBy(after) - (before ? billedBy(before) : 0));

const billedBy = ({ status, totalCents }: Standing): number => (status === 'draft' ? 0 : totalCents);

export const billedTooMuch = (currency: string) =>
  new InvalidError('billed_too_much', 'an organisation may bill 1,000,000,000,000,000 cents of a currency in all', {
    fields: [
      {
        pointer: '#/lines',
        detail: `bring what was ever billed in ${currency}, void invoices included, above that; check the amounts, or use an organisation of its own`,
      },
    ],
  });
