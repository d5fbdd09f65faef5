import type { Ground } from './explain/grounds.ts';

/**
 * The words of the matching engine. Money is integer cents; times are UTC milliseconds; days are Nairobi days (`YYYY-MM-DD`).
 * The package is pure: state goes in, a decision comes out, and time is taken from the input.
 */

/** A customer as the matcher needs it: who may pay, and under which names, numbers and accounts. */
export type CustomerFact = {
  customerId: string;
  name: string;
  isCompany: boolean;
  /** Digits `254…`; every phone of the customer itself. */
  phones: readonly string[];
  /** Admission number, house, meter, plate: what the business told this customer to type. */
  accountNumbers: readonly string[];
  contacts: readonly { name: string; phone?: string | undefined }[];
};

/** An invoice as reconciliation knows it; `balanceCents` is what is still owed. */
export type InvoiceFact = {
  invoiceId: string;
  customerId: string;
  number: string;
  description: string;
  issueDay: string;
  dueDay: string;
  currency: string;
  totalCents: number;
  /** The VAT within the total; left out where it is not known. */
  taxCents?: number | undefined;
  balanceCents: number;
};

export type Channel = 'paybill' | 'till' | 'stk' | 'airtel' | 'bank';

export type PayerNumberFact = { form: 'full' | 'masked' | 'sha256' | 'none'; value: string };

/** Money that arrived, read from whatever message brought it. */
export type PaymentFact = {
  paymentId: string;
  channel: Channel;
  /** The provider's receipt, unique per organisation and rail. */
  receipt: string;
  paidAt: number;
  receivedAt: number;
  amountCents: number;
  currency: string;
  /** As typed by the payer, verbatim; null where the channel has none. */
  reference: string | null;
  narrative: string | null;
  number: PayerNumberFact;
  payerNames: readonly string[];
  /** The STK request this money answers, where we issued one. */
  requestId: string | null;
  /** The receipt of the payment that this one reverses; null for ordinary money. */
  reversesReceipt: string | null;
  /** Doubts raised at the door (unlisted sender, odd time): never applied automatically. */
  flags: readonly string[];
};

/** What a payment request (STK, link) was made for. */
export type RequestFact = {
  requestId: string;
  customerId: string;
  invoiceId: string | null;
  amountCents: number;
  madeAt: number;
};

export type Allocation = { invoiceId: string; amountCents: number };

export type Outcome = 'auto' | 'suggested' | 'unmatched';

/** Why nothing was applied, or what kind of message it was; `none` for a plain match. */
export type Reason =
  | 'none'
  | 'tie'
  | 'weak_evidence'
  | 'no_candidate'
  | 'names_somebody_else'
  | 'over_limit'
  | 'flagged'
  | 'unresolved_before'
  /** A person refused this pair lately. */
  | 'refused'
  /** The evidence is good enough, but the house rules switch automatic decisions off. */
  | 'automatic_off'
  /** A person decided on this money before; the engine only suggests. */
  | 'person_decided'
  | 'duplicate'
  | 'reversal'
  | 'credit';

/** One feature's share of the score, in log-odds. */
export type Contribution = { feature: string; value: number; score: number };
/** One reason, what it speaks of (an invoice's number, how often), and its share of the score; `inWords` says it to people. */
export type Because = { code: Ground; detail?: string | undefined; score: number };

export type Proposal = {
  customerId: string;
  allocations: readonly Allocation[];
  /** Left over after the allocations: customer credit. */
  creditCents: number;
  /** House rule that split the money. */
  rule: string;
  /** Probability (0 to 1) that this exact allocation is right. */
  confidence: number;
  /** Log-odds that this customer is the payer, against nobody; the contributions add up to it. */
  score?: number | undefined;
  contributions: readonly Contribution[];
  because: readonly Because[];
};

/** What a challenger, scored beside the model in force, would have done. Nothing follows from it but evidence. */
export type Shadow = {
  model: string;
  outcome: Outcome;
  confidence: number;
  customerId: string | null;
  allocations: readonly Allocation[];
};

/** The decision on one payment; stored with the versions, so that it can be replayed exactly. */
export type Decision = {
  paymentId: string;
  outcome: Outcome;
  reason: Reason;
  /** The chosen proposal for `auto`, the best one for `suggested`; null where there is none. */
  proposal: Proposal | null;
  /** Up to three others, best first. */
  alternatives: readonly Proposal[];
  /** Guards that held an otherwise good match back. */
  guards: readonly string[];
  /** The earlier payment that a duplicate or reversal refers to; of money that was reversed before it came, the reversal. */
  refersTo: string | null;
  versions: { engine: string; model: string; rules: string };
  /** Only while a challenger runs. */
  shadow?: Shadow | undefined;
};

/** What a person, a void or a correction settled on; it counts as posted and teaches the engine. */
export type SettledFact = {
  paymentId: string;
  by: 'engine' | 'person';
  customerId: string | null;
  allocations: readonly Allocation[];
  creditCents: number;
  /** It pays for others than the customer, too: who the payer pays for another time, it does not tell. */
  acrossCustomers?: true | undefined;
  /** Less of what was settled before, since less is owed: nobody said anything new about who paid. */
  adjusts?: true | undefined;
};

/** Facts are folded into a business's state in order of arrival. */
export type Fact =
  | { type: 'customer-saved'; customer: CustomerFact }
  | { type: 'invoice-saved'; invoice: InvoiceFact }
  | { type: 'invoice-closed'; invoiceId: string }
  | { type: 'request-made'; request: RequestFact }
  /** A decision was taken and stored; `auto` moves balances, the others leave the payment unresolved. */
  | { type: 'payment-decided'; payment: PaymentFact; decision: Decision }
  /** Posted by a person (confirm) or by correction: moves balances, resolves the payment, teaches aliases. */
  | { type: 'payment-settled'; payment: PaymentFact; settled: SettledFact }
  /** A posting taken back; the payment is unresolved again. */
  | { type: 'settlement-undone'; paymentId: string }
  /** A person refused this proposal; remembered against the pair. */
  | { type: 'proposal-refused'; paymentId: string; customerId: string; at: number }
  /** Decided to belong to nobody (refund, not ours): leaves the unresolved queue. */
  | { type: 'payment-dismissed'; paymentId: string }
  /** No money of these books, such as test money once there is real money: as if it had never been seen. */
  | { type: 'payment-forgotten'; payment: PaymentFact };
