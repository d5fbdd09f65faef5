import type { CustomerRecord } from '../state.ts';
import { slips } from '../text/distance.ts';
import type { Reading } from './reading.ts';
import type { Segments } from './segments.ts';

/** A single digit is a count, or a part of something. */
const MIN_UNREAD = 2;

/**
 * Whoever typed digits that name nobody, and that are no slip of an account of this customer's either, may well have meant
 * somebody else.
 */
export function isStrangeAccount({ payment, unread, segments }: Reading, { accounts }: CustomerRecord): boolean {
  if (payment.reference === null || payment.channel === 'bank') return false;
  return unread.some((digits) => digits.length >= MIN_UNREAD) && !isSlipOfOne(segments, accounts);
}

/** An account is typed in at most this many pieces. */
const MAX_PIECES = 4;
/** In fewer characters than this two slips are nearly everything. */
const MIN_TWO_SLIPS = 5;

function isSlipOfOne({ compact, starts }: Segments, accounts: readonly string[]): boolean {
  return starts.some((from, at) =>
    starts
      .slice(at + 1, at + 1 + MAX_PIECES)
      .some((to) =>
        accounts.some((account) => slips(account, compact.slice(from, to)) <= (account.length < MIN_TWO_SLIPS ? 1 : 2)),
      ),
  );
}
