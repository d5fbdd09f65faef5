import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, MAX_PARTS, NET_WHOLE } from './allocate.ts';
import { DEFAULT_RULES, type Rules, SPLIT_ORDER } from './rules.ts';

const open = fc.array(
  fc.constantFrom(100_000, 100_300, 250_000, 300_000, 350_000, 500_000).map((balanceCents) => ({ balanceCents })),
  { maxLength: 6 },
);
const amount = fc.constantFrom(100_000, 100_200, 350_000, 450_000, 94_800, 1_000_000, 123_400);
const order = fc.shuffledSubarray([...SPLIT_ORDER]);

describe('an order of one’s own', () => {
  it('that is the shipped one splits to the cent as before', () => {
    fc.assert(
      fc.property(open, amount, fc.array(fc.nat(5), { maxLength: 2 }), (invoices, cents, picks) => {
        const named = [...new Set(picks.filter((at) => at < invoices.length))].sort();
        const own = allocate(invoices, cents, named, { ...DEFAULT_RULES, order: SPLIT_ORDER });
        expect(own).toEqual(allocate(invoices, cents, named, DEFAULT_RULES));
      }),
    );
  });

  it('never spends more than was paid or is owed, and the rest is credit', () => {
    fc.assert(
      fc.property(open, amount, order, (invoices, cents, rules) => {
        const split = allocate(invoices, cents, [], { ...DEFAULT_RULES, order: rules });
        const spent = split.cents.reduce((sum, part) => sum + part, 0);
        expect(spent + split.creditCents).toBe(cents);
        for (const [n, at] of split.picks.entries())
          expect(split.cents[n]).toBeLessThanOrEqual(invoices[at]?.balanceCents ?? 0);
        if (split.picks.length > 0) expect(rules).toContain(split.rule);
      }),
    );
  });

  it('asks the rules in it, first that fits', () => {
    const invoices = [{ balanceCents: 200_000 }, { balanceCents: 500_000 }];
    const by = (...rules: NonNullable<Rules['order']>) =>
      allocate(invoices, 500_000, [1], { ...DEFAULT_RULES, order: rules });
    expect(by('oldest first', 'named').cents).toEqual([200_000, 300_000]);
    expect(by('equal', 'named')).toMatchObject({ rule: 'equal', picks: [1] });
    expect(by('named', 'equal')).toMatchObject({ rule: 'named', picks: [1] });
    expect(by('sum', 'net')).toMatchObject({ picks: [], creditCents: 500_000 });
  });

  it('may round more tightly', () => {
    const invoices = [{ balanceCents: 500_000 }];
    const by = (roundingCents: number) =>
      allocate(invoices, 499_700, [], { ...DEFAULT_RULES, order: ['rounding'], roundingCents });
    expect([by(300).rule, by(299).picks]).toEqual(['rounding', []]);
  });
});

describe('an invoice less withholding tax', () => {
  const paid = (cents: number, net: number | undefined, withholdingRates = DEFAULT_RULES.withholdingRates) => {
    const invoices = [
      { balanceCents: 300_000, net },
      { balanceCents: 500_000, net },
    ];
    const { rule, picks } = allocate(invoices, cents, [], { ...DEFAULT_RULES, withholdingRates });
    return [rule, picks];
  };

  it.each([
    ['without VAT is less five in a hundred of the whole', 475_000, NET_WHOLE, 'net', [1]],
    ['with VAT, of what is none', 500_000 - 21_552, Math.round(NET_WHOLE / 1.16), 'net', [1]],
    ['with VAT on a part of it, of the rest as well', 500_000 - 22_500, 0.9 * NET_WHOLE, 'net', [1]],
    ['that does not tell its VAT is taken for one with VAT', 500_000 - 21_552, undefined, 'net', [1]],
    ['without VAT may have prices with VAT in them', 500_000 - 21_552, NET_WHOLE, 'net', [1]],
    ['with VAT is not less a part of the whole', 475_000, Math.round(NET_WHOLE / 1.16), 'oldest first', [0, 1]],
  ])('%s', (_what, cents, net, rule, picks) => {
    expect(paid(cents, net)).toEqual([rule, picks]);
  });

  it('may be less 7.5 in a hundred, as rent is', () => {
    expect(paid(462_500, NET_WHOLE, [0.075])).toEqual(['net', [1]]);
  });
});

describe('more open invoices than one payment is split over', () => {
  const many = Array.from({ length: MAX_PARTS + 200 }, () => ({ balanceCents: 1_000 }));
  const every = many.map((_, at) => at);

  it.each([
    ['all of them', [], many.length],
    ['nearly all of them', [], many.length - 1],
    ['all of them by name', every, many.length],
  ])('%s: the oldest are paid, and the rest is credit', (_, named, count) => {
    const split = allocate(many, count * 1_000, named, DEFAULT_RULES);
    expect(split.picks).toEqual(every.slice(0, MAX_PARTS));
    expect(split.creditCents).toBe((count - MAX_PARTS) * 1_000);
  });

  it('as many as it may be are paid by their sum', () => {
    const split = allocate(many, MAX_PARTS * 1_000, [], DEFAULT_RULES);
    expect(split).toMatchObject({ rule: 'sum', picks: every.slice(0, MAX_PARTS), creditCents: 0 });
  });
});
