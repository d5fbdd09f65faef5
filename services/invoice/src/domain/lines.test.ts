import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LineTerms, MAX_TOTAL_CENTS, priceLine, priceLines } from './lines.ts';

const terms = (own: Partial<LineTerms> = {}): LineTerms => ({
  description: 'Rent for January',
  quantityMilli: 1_000,
  unitPriceCents: 10_000,
  taxBasisPoints: 0,
  discount: null,
  ...own,
});

const anyTerms = fc.record({
  description: fc.constant('x'),
  quantityMilli: fc.integer({ min: 1, max: 1_000_000 }),
  unitPriceCents: fc.integer({ min: 0, max: 100_000_000 }),
  taxBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  discount: fc.option(fc.record({ basisPoints: fc.integer({ min: 0, max: 10_000 }) })),
});

describe('pricing a line', () => {
  test.each([
    ['whole quantity', terms({ quantityMilli: 3_000 }), [30_000, 0, 0, 30_000]],
    ['16 % VAT', terms({ taxBasisPoints: 1_600 }), [10_000, 0, 1_600, 11_600]],
    ['half a cent of tax goes up', terms({ unitPriceCents: 50, taxBasisPoints: 100 }), [50, 0, 1, 51]],
    ['just under half goes down', terms({ unitPriceCents: 49, taxBasisPoints: 100 }), [49, 0, 0, 49]],
    ['thousandths of a unit', terms({ quantityMilli: 1_005, unitPriceCents: 100 }), [101, 0, 0, 101]],
    ['discount before tax', terms({ taxBasisPoints: 1_600, discount: { cents: 5_000 } }), [10_000, 5_000, 800, 5_800]],
    ['discount in percent', terms({ discount: { basisPoints: 1_250 } }), [10_000, 1_250, 0, 8_750]],
  ])('%s', (_name, line, [subtotalCents, discountCents, taxCents, totalCents]) => {
    expect(priceLine(line)).toMatchObject({ subtotalCents, discountCents, taxCents, totalCents });
  });

  test('is exact where floats are not', () => {
    const line = priceLine(terms({ quantityMilli: 999_999, unitPriceCents: 9_007_199_253 }));
    expect(BigInt(line.subtotalCents)).toBe((999_999n * 9_007_199_253n + 500n) / 1_000n);
  });

  test('refuses a discount above the line, and names it', () => {
    expect(() => priceLines([terms(), terms({ discount: { cents: 10_001 } })])).toThrow(
      expect.objectContaining({
        code: 'discount_too_large',
        fields: [expect.objectContaining({ pointer: '#/lines/1/discount' })],
      }),
    );
  });

  test('refuses what no invoice can be', () => {
    const half = terms({ unitPriceCents: MAX_TOTAL_CENTS / 10, quantityMilli: 6_000 });
    expect(() => priceLines([half, half])).toThrow(expect.objectContaining({ code: 'total_too_large' }));
    expect(() => priceLine({ ...half, quantityMilli: 11_000 })).toThrow(
      expect.objectContaining({ code: 'total_too_large' }),
    );
  });
});

describe('whatever the lines', () => {
  test('sums are the sums of the lines, and nothing is negative', () => {
    fc.assert(
      fc.property(fc.array(anyTerms, { minLength: 1, maxLength: 20 }), (all) => {
        const priced = priceLines(all);
        expect(priced.totalCents).toBe(priced.lines.reduce((sum, line) => sum + line.totalCents, 0));
        expect(priced.totalCents).toBe(priced.subtotalCents - priced.discountCents + priced.taxCents);
        for (const line of priced.lines) {
          const { subtotalCents, discountCents, taxCents, totalCents } = line;
          expect(Math.min(subtotalCents, discountCents, taxCents, totalCents)).toBeGreaterThanOrEqual(0);
          expect(discountCents).toBeLessThanOrEqual(subtotalCents);
        }
      }),
    );
  });

  test('tax is off by at most half a cent', () => {
    fc.assert(
      fc.property(anyTerms, (one) => {
        const { subtotalCents, discountCents, taxCents } = priceLine(one);
        const exact = BigInt(subtotalCents - discountCents) * BigInt(one.taxBasisPoints);
        const error = BigInt(taxCents) * 10_000n - exact;
        expect(error > -5_000n && error <= 5_000n).toBe(true);
      }),
    );
  });

  test('a discount of 100 % leaves nothing', () => {
    fc.assert(
      fc.property(anyTerms, (one) => {
        expect(priceLine({ ...one, discount: { basisPoints: 10_000 } })).toMatchObject({ taxCents: 0, totalCents: 0 });
      }),
    );
  });
});
