import type { CreateInvoice, CustomerView, InvoiceView } from '@malipo/api-contracts';
import type { Customer } from '../domain/customer.ts';
import type { Invoice } from '../domain/invoice.ts';
import type { InvoiceLine, LineTerms } from '../domain/lines.ts';
import { isOverdue, surplusOf } from '../domain/standing.ts';

/** A customer as the API shows it. */
export function customerView(customer: Customer): CustomerView {
  const { organisationId: _, accountNumbers, contacts, createdAt, updatedAt, ...rest } = customer;
  return {
    ...rest,
    accountNumbers: [...accountNumbers],
    contacts: [...contacts],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** An invoice as the API shows it. @param today Nairobi day */
export function invoiceView(invoice: Invoice, today: string): InvoiceView {
  const { id, number, customerId, currency, status, issuedOn, dueDate, notes, voidReason, version } = invoice;
  const { subtotalCents, discountCents, taxCents, totalCents, appliedCents, roundingCents, balanceCents } = invoice;
  return {
    ...{ id, number, customerId, currency, status, issuedOn, dueDate, notes, voidReason, version },
    ...{ subtotalCents, discountCents, taxCents, totalCents, appliedCents, roundingCents, balanceCents },
    overdue: isOverdue(invoice, today),
    surplusCents: surplusOf(invoice),
    lines: invoice.lines.map(lineView),
    allocations: Object.entries(invoice.allocations)
      .filter(([, held]) => held.amountCents > 0 || held.roundingCents > 0)
      .map(([allocationId, held]) => ({ allocationId, ...held })),
    voidedAt: invoice.voidedAt?.toISOString() ?? null,
    paidAt: invoice.paidAt?.toISOString() ?? null,
    createdAt: invoice.createdAt.toISOString(),
    updatedAt: invoice.updatedAt.toISOString(),
  };
}

function lineView({ quantityMilli, taxBasisPoints, discount, ...line }: InvoiceLine): InvoiceView['lines'][number] {
  return {
    ...line,
    quantity: quantityMilli / 1_000,
    taxRatePercent: taxBasisPoints / 100,
    discount: discount && ('cents' in discount ? discount : { percent: discount.basisPoints / 100 }),
  };
}

/** A line as the API takes it, in whole numbers; the schema has made sure of the decimals. */
export const lineTerms = (line: CreateInvoice['lines'][number]): LineTerms => ({
  description: line.description,
  quantityMilli: Math.round(line.quantity * 1_000),
  unitPriceCents: line.unitPriceCents,
  taxBasisPoints: Math.round(line.taxRatePercent * 100),
  discount: !line.discount
    ? null
    : 'cents' in line.discount
      ? line.discount
      : { basisPoints: Math.round(line.discount.percent * 100) },
});
