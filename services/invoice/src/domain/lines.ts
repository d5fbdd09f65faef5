import { InvalidError } from '@malipo/service-kit/errors';

/** Discount of a line: hundredths of a percent of its amount, or cents. */
export type Discount = { basisPoints: number } | { cents: number };

/** A line as a person states it; quantity in thousandths, tax in hundredths of a percent, so that all of it is whole. */
export type LineTerms = {
  description: string;
  quantityMilli: number;
  unitPriceCents: number;
  taxBasisPoints: number;
  discount: Discount | null;
};

export type Amounts = { subtotalCents: number; discountCents: number; taxCents: number; totalCents: number };

export type InvoiceLine = LineTerms & Amounts;

/** 10^13 cents, a hundred billion shillings: far above any invoice and far below what a number can hold exactly. */
export const MAX_TOTAL_CENTS = 10_000_000_000_000;

/**
 * Works out a line, in cents. Each step rounds half up, by itself:
 * subtotal = quantity × unit price; discount = percentage of it, or cents; tax = rate × (subtotal − discount).
 * Tax is rounded per line, so that the lines printed on an invoice add up to its total.
 * @throws {InvalidError} discount_too_large, total_too_large
 */
export function priceLine(terms: LineTerms, index = 0): InvoiceLine {
  const at = `#/lines/${index}`;
  const subtotal = dividedHalfUp(BigInt(terms.quantityMilli) * BigInt(terms.unitPriceCents), 1_000n);
  const discount = discountOf(subtotal, terms.discount);
  if (discount > subtotal) {
    const fields = [{ pointer: `${at}/discount`, detail: `at most ${subtotal} cents, the line’s own amount` }];
    throw new InvalidError('discount_too_large', 'a discount is larger than its line', { fields });
  }
  const net = subtotal - discount;
  const tax = dividedHalfUp(net * BigInt(terms.taxBasisPoints), 10_000n);
  if (subtotal > MAX_TOTAL_CENTS || net + tax > MAX_TOTAL_CENTS) throw tooLarge(at);
  return {
    ...terms,
    subtotalCents: Number(subtotal),
    discountCents: Number(discount),
    taxCents: Number(tax),
    totalCents: Number(net + tax),
  };
}

/**
 * Prices the lines and adds them up; every sum is the sum of its lines.
 * @throws {InvalidError} discount_too_large, total_too_large
 */
export function priceLines(terms: readonly LineTerms[]): { lines: InvoiceLine[] } & Amounts {
  const lines = terms.map((line, index) => priceLine(line, index));
  const sum = (field: keyof Amounts) => lines.reduce((total, line) => total + line[field], 0);
  const subtotalCents = sum('subtotalCents');
  const totalCents = sum('totalCents');
  if (subtotalCents > MAX_TOTAL_CENTS || totalCents > MAX_TOTAL_CENTS) throw tooLarge('#/lines');
  return { lines, subtotalCents, discountCents: sum('discountCents'), taxCents: sum('taxCents'), totalCents };
}

function discountOf(subtotal: bigint, discount: Discount | null): bigint {
  if (!discount) return 0n;
  if ('cents' in discount) return BigInt(discount.cents);
  return dividedHalfUp(subtotal * BigInt(discount.basisPoints), 10_000n);
}

/** Exact for what is not negative. */
const dividedHalfUp = (value: bigint, by: bigint): bigint => (value + by / 2n) / by;

const tooLarge = (pointer: string) =>
  new InvalidError('total_too_large', 'an invoice may reach 10,000,000,000,000 cents', {
    fields: [{ pointer, detail: 'makes the invoice too large' }],
  });
