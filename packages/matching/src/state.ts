import { createReferenceIndex, type ReferenceIndex } from './keys/reference-index.ts';
import { DEFAULT_RULES, type Rules } from './rules/rules.ts';
import type { CustomerFact, Decision, InvoiceFact, PaymentFact, RequestFact, SettledFact } from './types.ts';

/** What happened to a payment that the state still remembers. */
export type SeenPayment = {
  payment: PaymentFact;
  status: 'posted' | 'unresolved' | 'closed';
  customerId: string | null;
  allocations: SettledFact['allocations'];
};

/** Everything the matcher knows of one business. Built by `apply`, read by `decide`; never shared between businesses. */
export type State = {
  readonly organisationId: string;
  rules: Rules;
  readonly customers: Map<string, CustomerFact>;
  readonly invoices: Map<string, InvoiceFact>;
  readonly invoicesOf: Map<string, Set<string>>;
  readonly references: ReferenceIndex;
  readonly phones: Map<string, Set<string>>;
  readonly names: Map<string, Set<string>>;
  readonly requests: Map<string, RequestFact>;
  readonly payments: Map<string, SeenPayment>;
  readonly receipts: Map<string, string>;
  readonly unresolved: Set<string>;
  /** `paymentId customerId` pairs that a person refused. */
  readonly refused: Set<string>;
};

export function createState(organisationId: string, rules: Partial<Rules> = {}): State {
  return {
    organisationId,
    rules: { ...DEFAULT_RULES, ...rules },
    customers: new Map(),
    invoices: new Map(),
    invoicesOf: new Map(),
    references: createReferenceIndex(),
    phones: new Map(),
    names: new Map(),
    requests: new Map(),
    payments: new Map(),
    receipts: new Map(),
    unresolved: new Set(),
    refused: new Set(),
  };
}

export const versionsOf = (state: State): Decision['versions'] => ({
  engine: 'simple-1',
  model: 'none',
  rules: state.rules.version,
});

/** Receipts are unique per rail: an Airtel receipt may look like an M-Pesa one. */
export const receiptKey = (payment: PaymentFact, receipt = payment.receipt): string =>
  `${payment.channel === 'airtel' ? 'airtel' : payment.channel === 'bank' ? 'bank' : 'mpesa'} ${receipt}`;
