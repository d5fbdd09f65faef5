import { Currency, PayerNumber } from '@malipo/values';
import { z } from 'zod';
import { Amount, alternatives, Because, Id, Instant, Mode, Parts, Sum, Why } from './fields.ts';

/** Where a payment stands: the engine's decision, or what a person or a correction made of it. */
export const MatchStatus = z.enum(['auto', 'suggested', 'unmatched', 'confirmed', 'rejected', 'undone']);
export type MatchStatus = z.infer<typeof MatchStatus>;

export const ProposalView = z.object({
  customerId: Id,
  customerName: z.string().nullable(),
  allocations: z.array(z.object({ invoiceId: Id, invoiceNumber: z.string().nullable(), amountCents: Amount })),
  creditCents: Amount.describe('left over: the customer’s credit'),
  rule: z.string().describe('the house rule that split the money'),
  confidence: z.number().describe('probability (0 to 1) that this exact split is right'),
  score: z
    .number()
    .optional()
    .describe('log-odds that this customer paid, against nobody; what the contributions add up to'),
  because: z.array(Because),
  contributions: z.array(z.object({ feature: z.string(), value: z.number(), score: z.number() })),
});
export type ProposalView = z.infer<typeof ProposalView>;

const PaymentView = z.object({
  receipt: z.string(),
  rail: z.enum(['mpesa', 'airtel', 'bank']),
  channelKind: z.enum(['paybill', 'till', 'stk', 'airtel', 'bank']),
  shortcode: z.string(),
  amountCents: Amount,
  currency: Currency,
  reference: z.string().nullable(),
  narrative: z.string().nullable(),
  number: PayerNumber,
  payerNames: z.array(z.string()),
  flags: z.array(z.string()),
  paidAt: Instant,
  receivedAt: Instant,
});

const Versions = z.object({ engine: z.string(), model: z.string(), rules: z.string() });

/** What became of one payment, and why. `id` is the payment's. */
export const MatchView = z.object({
  id: Id,
  paymentId: Id,
  mode: Mode,
  status: MatchStatus,
  decision: MatchStatus.describe('the same as status'),
  reason: z.string(),
  confidence: z.number(),
  payment: PaymentView,
  customerId: Id.nullable(),
  customerName: z.string().nullable(),
  allocations: z.array(
    z.object({
      allocationId: Id,
      invoiceId: Id,
      invoiceNumber: z.string(),
      customerId: Id.describe('whose invoice it is'),
      amountCents: Amount,
      roundingCents: Amount,
      version: z.int(),
    }),
  ),
  creditCents: Amount,
  unappliedCents: Amount,
  reversed: z.boolean(),
  proposal: ProposalView.nullable(),
  alternatives: z.array(ProposalView),
  because: z.array(Because),
  guards: z.array(z.string()).describe('what held an otherwise good match back'),
  refersTo: z.string().nullable().describe('the earlier payment that a duplicate refers to'),
  versions: Versions,
  history: z.array(z.object({ who: z.string(), at: Instant, what: z.string(), why: z.string() })),
  decidedBy: z.string().describe('engine, or a user id'),
  decidedAt: Instant,
  version: z.int(),
});
export type MatchView = z.infer<typeof MatchView>;

const NO_ALLOCATIONS = { allocations: false, acrossCustomers: { const: false } } as const;

/** Nothing at all confirms the proposal; otherwise one by number, or a customer and invoices of one's own choice. */
export const ConfirmMatch = z
  .strictObject({
    proposal: z
      .int()
      .min(0)
      .max(10)
      .optional()
      .describe('without customerId and allocations: 0 is the proposal, 1 to 3 the alternatives'),
    customerId: Id.optional().describe(
      'whose money it is, and whose credit what is left over becomes; without it, that of the first invoice; alone: all of it becomes credit',
    ),
    allocations: Parts.optional(),
    acrossCustomers: z
      .boolean()
      .optional()
      .describe('with allocations: they may name invoices of other customers, as where a mother pays for two pupils'),
    reason: Why.optional(),
  })
  .refine(
    (body) => body.proposal === undefined || (body.customerId === undefined && body.allocations === undefined),
    'name a proposal or your own choice, not both',
  )
  .refine((body) => !body.acrossCustomers || body.allocations !== undefined, {
    message: 'name the invoices, of whichever customers, as allocations',
    path: ['allocations'],
  })
  .meta({
    ...alternatives(
      { leaves: { customerId: false, ...NO_ALLOCATIONS } },
      { leaves: { proposal: false, ...NO_ALLOCATIONS } },
      { needs: { allocations: { type: 'array' } }, leaves: { proposal: false } },
    ),
    examples: [{ proposal: 0, reason: 'the payer called' }],
  });

/** Why a person rejects or undoes. */
export const MatchReason = z.strictObject({ reason: Why.optional() });

const Counts = z.object({
  auto: z.int(),
  suggested: z.int(),
  unmatched: z.int(),
  confirmed: z.int(),
  rejected: z.int(),
  undone: z.int(),
});

export const ReconciliationStatus = z.object({
  mode: Mode.describe('the book that the organisation’s invoices stand in'),
  payments: z.int(),
  decisions: Counts,
  autoRate: z.number().nullable().describe('share of payments applied without a person; null before the first'),
  unresolved: z.object({
    count: z.int(),
    byCurrency: z.array(z.object({ currency: Currency, count: z.int(), unappliedCents: Sum })),
  }),
  lastDecisionAt: Instant.nullable(),
  ledger: z.object({ sumCents: Sum.describe('debits less credits; 0'), balanced: z.boolean() }),
  versions: Versions,
});
export type ReconciliationStatus = z.infer<typeof ReconciliationStatus>;

const NOTHING_IMAGINED = {
  amountCents: false,
  phone: false,
  reference: { type: 'null' },
  narrative: { type: 'null' },
  names: { type: 'array', items: { type: 'string' }, maxItems: 0 },
} as const;

/** A payment that came in, or an imagined one: what would the engine do with it? */
export const ImaginedPayment = z
  .strictObject({
    paymentId: Id.optional().describe('by itself: a payment that came in, as it would be decided on now'),
    reference: z.string().max(200).nullable().optional(),
    amountCents: z.int().positive().max(100_000_000_000).optional().describe('required without a paymentId'),
    currency: Currency.default('KES'),
    phone: z.string().max(80).optional().describe('in full, masked, or as SHA-256'),
    names: z.array(z.string().max(200)).max(10).default([]),
    channel: z.enum(['paybill', 'till', 'stk', 'airtel', 'bank']).default('paybill'),
    narrative: z.string().max(500).nullable().optional(),
  })
  .refine(({ paymentId, amountCents }) => paymentId !== undefined || amountCents !== undefined, {
    message: 'say how much was paid, or name the paymentId of money that came in',
    path: ['amountCents'],
  })
  .refine(
    ({ paymentId, amountCents, reference, phone, narrative, names }) =>
      paymentId === undefined ||
      ([amountCents, reference, phone, narrative].every((one) => one == null) && names.length === 0),
    { message: 'name it alone, or imagine a payment', path: ['paymentId'] },
  )
  .meta({
    minProperties: 1, // for the document
    ...alternatives(
      { needs: { amountCents: { type: 'integer' } }, leaves: { paymentId: false } },
      { needs: { paymentId: { type: 'string' } }, leaves: NOTHING_IMAGINED },
    ),
    examples: [{ reference: 'INV-2026-00123', amountCents: 1_200_000, phone: '0712345678', names: ['MARY'] }],
  });
export type ImaginedPayment = z.infer<typeof ImaginedPayment>;

export const ImaginedDecision = z.object({
  decision: z.enum(['auto', 'suggested', 'unmatched']),
  reason: z.string(),
  confidence: z.number(),
  proposal: ProposalView.nullable(),
  alternatives: z.array(ProposalView),
  because: z.array(Because),
  guards: z.array(z.string()),
  versions: Versions,
});
export type ImaginedDecision = z.infer<typeof ImaginedDecision>;
