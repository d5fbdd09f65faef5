import type { AliasRecord, SeenPayment, State } from '../state.ts';
import { nameWords } from '../text/names.ts';
import { numberHash } from '../text/number-hash.ts';
import type { Allocation, PaymentFact } from '../types.ts';
import { endOf, MASK_BEGIN, MASK_END } from './customers.ts';
import { moveBalance } from './invoices.ts';

/** Receipts are unique per rail: an Airtel receipt may look like an M-Pesa one. */
export const receiptKey = (payment: PaymentFact, receipt = payment.receipt): string =>
  `${payment.channel === 'airtel' || payment.channel === 'bank' ? payment.channel : 'mpesa'} ${receipt}`;

/**
 * Keys under which a payer is remembered: the number's hash, whichever way the number came; a mask counts only
 * together with the first name, and only where it shows the last three digits.
 */
export function payerKeys(payment: PaymentFact): string[] {
  const { form, value } = payment.number;
  const first = nameWords(payment.payerNames[0] ?? '')[0];
  const masked = first === undefined ? [] : [`m ${value.slice(0, MASK_BEGIN)} ${value.slice(-MASK_END)} ${first}`];
  if (form === 'full') return [`n ${numberHash(value)}`, ...masked];
  if (form === 'sha256') return [`n ${value}`];
  return form === 'masked' && endOf(value).length >= MASK_END ? masked : [];
}

/** A payment of less than this much (cents) teaches no alias: a shilling must not buy somebody's place. */
const MIN_TEACHING_CENTS = 5_000;
/** More customers than this behind one payer key and the key is a shop or an agent, not a payer. */
const MAX_ALIAS_CUSTOMERS = 12;

/** Remembers that this payer paid for this customer. */
export function teachAlias(state: State, seen: SeenPayment): void {
  const paid = seen.allocations.reduce((sum, part) => sum + part.amountCents, 0);
  if (seen.customer < 0 || paid < MIN_TEACHING_CENTS) return;
  for (const [at, key] of seen.aliasKeys.entries()) {
    const record = aliasOf(state, key, seen.customer);
    if (!record) continue;
    record.count++;
    if (isBacked(seen, at)) {
      record.backed++;
      record.backedSince = Math.min(record.backedSince, seen.receivedAt);
    }
    seen.taught |= 1 << at;
  }
}

/** A payer's record for a customer, made where there is room for one more. */
function aliasOf({ aliases }: State, key: string, slot: number): AliasRecord | undefined {
  const known = aliases.get(key) ?? [];
  const record = known.find((alias) => alias.slot === slot);
  if (record || known.length >= MAX_ALIAS_CUSTOMERS) return record;
  const added = { slot, count: 0, backed: 0, backedSince: NEVER };
  known.push(added);
  aliases.set(key, known);
  return added;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The first key is how the number came; a mask made from a full number is shared by a thousand others, and only hints. */
const isBacked = (seen: SeenPayment, keyAt: number): boolean => seen.backed && keyAt === 0;

/** Takes back what a payment taught, and nothing that others did. */
export function forgetAlias(state: State, seen: SeenPayment): void {
  const { taught } = seen;
  seen.taught = 0;
  for (const [at, key] of seen.aliasKeys.entries()) {
    if ((taught & (1 << at)) === 0) continue;
    const known = state.aliases.get(key);
    const record = known?.find((alias) => alias.slot === seen.customer);
    if (!known || !record) continue;
    record.count--;
    if (isBacked(seen, at)) unback(record, seen);
    if (record.count <= 0) known.splice(known.indexOf(record), 1);
    if (known.length === 0) state.aliases.delete(key);
  }
}

/** Where the first is taken back, nobody remembers when the second was: the habit is proven by the next, and time. */
function unback(record: AliasRecord, { receivedAt }: SeenPayment): void {
  record.backed--;
  if (receivedAt <= record.backedSince) record.backedSince = NEVER;
}

/** Moves the balances of allocated invoices. @param sign -1 where money is applied, 1 where it is taken back */
export function moveAll(state: State, allocations: readonly Allocation[], sign: 1 | -1): void {
  for (const { invoiceId, amountCents } of allocations) {
    const invoice = state.invoiceById.get(invoiceId);
    if (invoice) moveBalance(state, invoice, sign * amountCents);
  }
}
