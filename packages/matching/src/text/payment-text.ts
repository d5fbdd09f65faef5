import type { PaymentFact } from '../types.ts';

/** Mobile money delivers 20 characters, banks a few lines; the doors let a whole message through. */
const MAX_TEXT = 500;

/** What is read of what the payer typed, or of the bank's narrative. */
export const textOf = ({ reference, narrative }: PaymentFact): string =>
  (reference ?? narrative ?? '').slice(0, MAX_TEXT);
