import { Currency, line } from '@malipo/values';
import { z } from 'zod';
import { Amount, Day, Id, Instant } from './fields.ts';

const decimals = (places: number) => (value: number) => Number(value.toFixed(places)) === value;

/**
 * At most two decimals, so that it is a whole number of basis points. The document says it in words: validators of clients
 * compute `multipleOf: 0.01` with binary fractions, and would refuse 19.99.
 */
const Percent = z
  .number()
  .min(0)
  .max(100)
  .refine(decimals(2), 'has at most two decimals')
  .describe('up to two decimals');

/** A single price; a whole invoice may reach 10^13 cents. */
const UnitPrice = z.int().min(0).max(1_000_000_000_000);

/** Several lines of text; every line by itself is held to the same rules as any other text. */
const Notes = z
  .string()
  .trim()
  .max(2_000)
  .refine(
    (text) => text.split(/\r?\n/).every((part) => part.trim() === '' || line(2_000).safeParse(part).success),
    'contains control or invisible characters; remove them',
  );

const HOW = 'write it like { "percent": 10 } or { "cents": 5000 }';
const DISCOUNTS = [
  z.strictObject({ percent: Percent }),
  z.strictObject({ cents: z.int().min(0).describe('at most the line’s amount') }),
] as const;
export const Discount = z.union(DISCOUNTS, HOW);

/** Any other number would leave open what it counts. */
const GivenDiscount = z.union([...DISCOUNTS, z.literal(0).describe('none')], HOW);

const InvoiceLineInput = z.strictObject({
  description: line(300),
  quantity: z
    .number()
    .positive()
    .max(1_000_000)
    .refine(decimals(3), 'has at most three decimals')
    .default(1)
    .describe('up to three decimals'),
  unitPriceCents: UnitPrice.describe('before tax'),
  taxRatePercent: Percent.default(0).describe('up to two decimals; 16 is standard VAT'),
  discount: GivenDiscount.nullish().describe('taken off the line before tax'),
});
export type InvoiceLineInput = z.output<typeof InvoiceLineInput>;

const invoiceFields = {
  number: line(64).describe('unique in the organisation; generated where left out'),
  customerId: Id,
  currency: Currency,
  dueDate: Day,
  lines: z.array(InvoiceLineInput).min(1).max(200),
  notes: Notes.nullable(),
};

export const CreateInvoice = z
  .strictObject({
    ...invoiceFields,
    number: invoiceFields.number.nullish(),
    currency: Currency.default('KES'),
    dueDate: Day.optional().describe('Nairobi day; 30 days from today where left out'),
    notes: Notes.nullish(),
  })
  .meta({
    examples: [
      {
        customerId: '01a20000-0000-7000-8000-00000000000b',
        dueDate: '2027-01-31',
        lines: [{ description: 'Term 1 fees', unitPriceCents: 2_450_000 }],
      },
    ],
  });
export type CreateInvoice = z.output<typeof CreateInvoice>;

/** A draft may change in everything; an issued invoice in `dueDate`, `lines` and `notes`. */
export const ChangeInvoice = z.strictObject(invoiceFields).partial();
export type ChangeInvoice = z.output<typeof ChangeInvoice>;

export const VoidInvoice = z.strictObject({ reason: line(300).nullish() }).nullish();

export const InvoiceStatus = z.enum(['draft', 'issued', 'partially_paid', 'paid', 'void', 'written_off']);
export type InvoiceStatus = z.infer<typeof InvoiceStatus>;

const InvoiceLineView = z.object({
  description: z.string(),
  quantity: z.number(),
  unitPriceCents: Amount,
  taxRatePercent: z.number(),
  discount: Discount.nullable(),
  subtotalCents: Amount.describe('quantity × unit price'),
  discountCents: Amount,
  taxCents: Amount.describe('on subtotal − discount, rounded half up per line'),
  totalCents: Amount.describe('subtotal − discount + tax'),
});

export const InvoiceView = z.object({
  id: Id,
  number: z.string(),
  customerId: Id,
  currency: Currency,
  status: InvoiceStatus,
  overdue: z.boolean().describe('owed, and the due date has passed in Nairobi'),
  issuedOn: z.iso.date().nullable(),
  dueDate: z.iso.date(),
  lines: z.array(InvoiceLineView),
  notes: z.string().nullable(),
  subtotalCents: Amount.describe('sum of the lines before discount and tax'),
  discountCents: Amount,
  taxCents: Amount,
  totalCents: Amount.describe('subtotal − discount + tax'),
  appliedCents: Amount.describe('money applied to it'),
  roundingCents: Amount.describe('crumbs of up to KES 5 closed with it'),
  balanceCents: Amount.describe('still owed: total − applied − rounding, never below 0; 0 when void'),
  surplusCents: Amount.describe('applied beyond what is owed, until reconciliation has taken it back'),
  allocations: z.array(
    z.object({ allocationId: Id, paymentId: Id, amountCents: Amount, roundingCents: Amount, version: z.int() }),
  ),
  voidReason: z.string().nullable(),
  voidedAt: Instant.nullable(),
  paidAt: Instant.nullable(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type InvoiceView = z.infer<typeof InvoiceView>;

/** Filters of the invoice list; `overdue` is derived: owed and past its due date. */
export const InvoiceFilter = z.object({
  status: z.enum([...InvoiceStatus.options, 'overdue']).optional(),
  customerId: Id.optional(),
  number: z.string().max(64).optional().describe('case and spaces do not matter'),
  dueBefore: z.iso.date().optional().describe('due earlier than this Nairobi day'),
  dueAfter: z.iso.date().optional().describe('due later than this Nairobi day'),
});
export type InvoiceFilter = z.output<typeof InvoiceFilter>;
