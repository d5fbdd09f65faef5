import { BalanceIndex } from './index/balance-index.ts';
import { ById } from './index/by-id.ts';
import { NameIndex } from './index/name-index.ts';
import { Postings } from './index/postings.ts';
import { DEFAULT_RULES, type Rules } from './rules/rules.ts';
import { ENGINE_VERSION, type Model, PRIOR } from './score/model.ts';
import type { Period } from './text/periods.ts';
import type { Allocation, Decision, PaymentFact, RequestFact } from './types.ts';

/**
 * An invoice in memory; `balanceCents` moves with postings. There are many of them, and each text or list of their own
 * is one more thing that the processor fetches and the garbage collector looks at: what can be read from the number is.
 */
export type InvoiceRecord = {
  readonly invoiceId: string;
  readonly slot: number;
  customer: CustomerRecord;
  number: string;
  /** Upper-case letters and digits of the number, look-alikes folded. */
  folded: string;
  issueDay: string;
  dueDay: string;
  currency: string;
  balanceCents: number;
  periods: readonly Period[];
  /** The share of the total that is no VAT, in billionths (a small integer has no place of its own); undefined where not known. */
  net: number | undefined;
};

/** A customer in memory. One is made for an invoice that arrives before its customer does. */
export type CustomerRecord = {
  readonly customerId: string;
  readonly slot: number;
  /** Saved, and not only mentioned. */
  known: boolean;
  /** Token ids of the customer's own name, and of each contact's. */
  name: readonly number[];
  contacts: readonly (readonly number[])[];
  /** Numbers of the customer itself and of contacts, `254…`. */
  phones: readonly string[];
  contactPhones: readonly string[];
  accounts: readonly string[];
  /** Above the tolerance, oldest due first. */
  open: readonly InvoiceRecord[];
  /** Unresolved payments that may well be this customer's; null for none. */
  pending: Set<string> | null;
};

/**
 * How often a payer's key (number, or mask with first name) paid for a customer, and how often something else than the
 * key said so at the time, and since when. Money that a person placed although nothing pointed there proves no habit.
 */
export type AliasRecord = { slot: number; count: number; backed: number; backedSince: number };

/** What the state remembers of a payment. */
export type SeenPayment = {
  readonly paymentId: string;
  /** As of its first telling. */
  receivedAt: number;
  readonly amountCents: number;
  /** Kept while unresolved only, so that it can be decided again. */
  payment: PaymentFact | null;
  aliasKeys: readonly string[];
  /** Which of them it taught, by place: one bit each. */
  taught: number;
  status: 'posted' | 'unresolved' | 'closed';
  customer: number;
  allocations: readonly Allocation[];
  /** Keys under which it waits for a customer or invoice to appear. */
  waitingKeys: readonly string[];
  /** Customers marked as pending because of it. */
  suspects: readonly number[];
  /** Slot of the customer that its own evidence pointed to, without a tie; -1 for nobody, -2 where nobody looked (history). */
  pointed: number;
  /** Posted to the customer that its evidence pointed to. */
  backed: boolean;
  /** Invoices that its proposals would have paid. */
  claims: readonly string[];
};

/** Everything the matcher knows of one business. Built by `apply`, read by `decide`; never shared between businesses. */
export type State = {
  readonly organisationId: string;
  rules: Rules;
  model: Model;
  /** Scored on the same evidence as the model in force; it decides nothing. */
  challenger: Model | null;
  readonly customers: CustomerRecord[];
  readonly customerById: ById<CustomerRecord>;
  readonly invoices: InvoiceRecord[];
  readonly invoiceById: ById<InvoiceRecord>;
  readonly numbers: Postings<string>;
  readonly digits: Postings<number>;
  readonly accounts: Postings<string>;
  /** Short and look-alike forms of accounts. */
  readonly accountForms: Postings<string>;
  readonly phones: Postings<string>;
  /** By `hashKey` of the number's hash. */
  readonly hashes: Postings<number>;
  /** By the last three digits, which every mask shows. */
  readonly phoneEnds: Postings<string>;
  readonly names: NameIndex;
  /** Who owes exactly this much. */
  readonly balances: BalanceIndex;
  readonly aliases: Map<string, AliasRecord[]>;
  /** Negative memory: `aliasKey customerSlot` → time of the refusal. */
  readonly refusals: Map<string, number>;
  readonly requests: Map<string, RequestFact>;
  readonly payments: Map<string, SeenPayment>;
  readonly receipts: Map<string, string>;
  /** Receipts that were reversed before they arrived, with the reversal. */
  readonly reversed: Map<string, string>;
  readonly unresolved: Map<string, SeenPayment>;
  /** Keys that would have found a customer → unresolved payments that carried them. */
  readonly waiting: Map<string, Set<string>>;
};

export function createState(organisationId: string, rules: Partial<Rules> = {}, model: Model = PRIOR): State {
  const names = new NameIndex();
  const customers: CustomerRecord[] = [];
  const invoices: InvoiceRecord[] = [];
  return {
    organisationId,
    rules: { ...DEFAULT_RULES, ...rules },
    model,
    challenger: null,
    customers,
    customerById: new ById(customers, (one) => one.customerId),
    invoices,
    invoiceById: new ById(invoices, (one) => one.invoiceId),
    numbers: new Postings(),
    digits: new Postings(),
    accounts: new Postings(),
    accountForms: new Postings(),
    phones: new Postings(),
    hashes: new Postings(),
    phoneEnds: new Postings(),
    names,
    balances: new BalanceIndex(names.marks),
    aliases: new Map(),
    refusals: new Map(),
    requests: new Map(),
    payments: new Map(),
    receipts: new Map(),
    reversed: new Map(),
    unresolved: new Map(),
    waiting: new Map(),
  };
}

export const versionsOf = (state: State): Decision['versions'] => ({
  engine: ENGINE_VERSION,
  model: state.model.version,
  rules: state.rules.version,
});
