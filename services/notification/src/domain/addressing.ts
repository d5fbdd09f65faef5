import type { Delivery, ReceiptFacts } from './delivery.ts';
import { emailText, type Locale, type Receipt, smsText } from './receipt-text.ts';

/** A business as receipts need it. */
export type Organisation = { id: string; name: string; locale: Locale };

/** A customer as receipts need it; `phones` are its own and its contacts', digits `254…`. */
export type Customer = {
  id: string;
  phone: string | null;
  phones: readonly string[];
  email: string | null;
  locale: Locale | null;
};

export type Message = { to: string; subject: string | null; text: string; senderName: string };

export type Addressed =
  | { kind: 'send'; message: Message }
  /** Its organisation or customer has not been heard of yet. */
  | { kind: 'wait' }
  | { kind: 'skip'; reason: 'no_number' | 'no_address' | 'too_late' | 'organisation_unknown' | 'undone' };

/** How long a projection may be behind the decision before a receipt goes on without it. */
const PATIENCE_MS = 30_000;

/**
 * Decides to whom a receipt goes and what it says. The payer's own number is preferred; where it came masked, hashed or
 * not at all, the number that the business knows; where there is neither, nobody is told.
 */
export function address(
  delivery: Delivery,
  organisation: Organisation | undefined,
  customer: Customer | undefined,
  now: Date,
): Addressed {
  if (now > delivery.expiresAt) return { kind: 'skip', reason: 'too_late' };
  const missing = !organisation || (delivery.customerId !== null && !customer);
  if (missing && now.getTime() - delivery.queuedAt.getTime() < PATIENCE_MS) return { kind: 'wait' };
  if (!organisation) return { kind: 'skip', reason: 'organisation_unknown' };
  const { facts } = delivery;
  if (!facts) return { kind: 'skip', reason: 'undone' };
  const locale = customer?.locale ?? organisation.locale;
  return delivery.medium === 'sms'
    ? bySms(delivery, facts, organisation, customer, locale)
    : byEmail(facts, organisation, customer, locale);
}

function bySms(
  delivery: Delivery,
  facts: ReceiptFacts,
  organisation: Organisation,
  customer: Customer | undefined,
  locale: Locale,
): Addressed {
  const to = delivery.payerMsisdn ?? customer?.phone;
  if (!to) return { kind: 'skip', reason: 'no_number' };
  // what a customer owes is nobody else's business: a stranger who pays for it gets the receipt alone
  const receipt = receiptOf(facts, organisation, customer?.phones.includes(to) === true);
  return {
    kind: 'send',
    message: { to, subject: null, text: smsText(receipt, locale), senderName: organisation.name },
  };
}

function byEmail(
  facts: ReceiptFacts,
  organisation: Organisation,
  customer: Customer | undefined,
  locale: Locale,
): Addressed {
  if (!customer?.email) return { kind: 'skip', reason: 'no_address' };
  const { subject, text } = emailText(receiptOf(facts, organisation, true), locale);
  return { kind: 'send', message: { to: customer.email, subject, text, senderName: organisation.name } };
}

const receiptOf = (facts: ReceiptFacts, { name }: Organisation, withBalance: boolean): Receipt => ({
  ...facts,
  organisationName: name,
  balanceCents: withBalance ? facts.balanceCents : null,
});
