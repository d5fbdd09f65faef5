import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addChange, type Deltas } from './figures.ts';
import { billingFigures, foldInvoice, type InvoiceNews, type InvoiceRow, openCents } from './invoice-row.ts';
import { foldPayment, type PaymentNews, type PaymentRow, paymentFigures } from './payment-row.ts';
import { autoMatchRate, dsoDays } from './ratios.ts';

const about = { subject: 'payment', id: 'p', organisationId: 'o' } as const;
const received = (version: number, amountCents = 1_000): PaymentNews => ({
  ...about,
  kind: 'received',
  received: { version, mode: 'live', currency: 'KES', amountCents, channel: 'paybill', day: '2026-01-15' },
});
const decided = (version: number, decision: 'auto' | 'unmatched', unappliedCents: number): PaymentNews => ({
  ...about,
  kind: 'decided',
  decided: { version, decision, unappliedCents },
});
const refused = (version: number): PaymentNews => ({ ...about, kind: 'refused', version });
const fold = (all: readonly PaymentNews[]) =>
  all.reduce<PaymentRow | undefined>((row, one) => foldPayment(row, one), undefined);

/** Every order with repeats of some of it. */
const shuffled = <T>(all: readonly T[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
      fc.shuffledSubarray([...all]),
    )
    .map(([whole, again]) => [...again, ...whole]);

describe('a payment in the figures', () => {
  it('says the same whatever the order and however often it is told', () => {
    const story = [received(1), decided(1, 'unmatched', 1_000), decided(2, 'auto', 0)];
    fc.assert(
      fc.property(shuffled(story), (news) => {
        expect(paymentFigures(fold(news))).toEqual({
          key: 'o:live:KES:2026-01-15',
          figures: {
            collectedCents: 1_000,
            payments: 1,
            'channels.paybill': 1_000,
            'decisions.auto': 1,
            unappliedCents: 0,
          },
        });
      }),
    );
  });

  it('stands as rejected from a refusal until the next decision, whatever the order', () => {
    const figures = (news: readonly PaymentNews[]) => paymentFigures(fold(news))?.figures;
    const rejected = { 'decisions.rejected': 1, unappliedCents: 1_000 };
    fc.assert(
      fc.property(shuffled([received(1), decided(1, 'unmatched', 1_000), refused(2)]), (news) => {
        expect(figures(news)).toMatchObject(rejected);
        expect(figures([...news, decided(3, 'auto', 0)])).toMatchObject({ 'decisions.auto': 1, unappliedCents: 0 });
      }),
    );
    expect(figures([received(1), refused(2)])).not.toHaveProperty('unappliedCents');
    fc.assert(
      fc.property(shuffled([received(1), decided(3, 'unmatched', 1_000), refused(2), refused(4)]), (news) => {
        expect(figures(news)).toMatchObject(rejected);
      }),
    );
  });

  it('adds up to the same sums step by step as at once', () => {
    const story = [
      received(1),
      decided(1, 'unmatched', 1_000),
      decided(2, 'auto', 0),
      { ...about, kind: 'reversed' } as const,
    ];
    fc.assert(
      fc.property(shuffled<PaymentNews>(story), (news) => {
        const deltas: Deltas = new Map();
        let row: PaymentRow | undefined;
        for (const one of news) {
          const next = foldPayment(row, one);
          addChange(deltas, paymentFigures(row), paymentFigures(next));
          row = next;
        }
        expect(Object.fromEntries(deltas.get('o:live:KES:2026-01-15') ?? [])).toEqual({
          reversedCents: 1_000,
          reversed: 1,
        });
      }),
    );
  });

  it('came by STK where one message knows of a prompt, whatever the others say and in whatever order', () => {
    const told = (version: number, channel: 'paybill' | 'stk'): PaymentNews => ({
      ...about,
      kind: 'received',
      received: { version, mode: 'live', currency: 'KES', amountCents: version, channel, day: '2026-01-15' },
    });
    const story = fc.constantFrom(
      [told(1, 'stk'), told(2, 'paybill'), told(3, 'paybill')],
      [told(1, 'paybill'), told(2, 'stk'), told(3, 'paybill')],
    );
    fc.assert(
      fc.property(story.chain(shuffled), (news) => {
        expect(paymentFigures(fold(news))?.figures).toEqual({ collectedCents: 3, payments: 1, 'channels.stk': 3 });
      }),
    );
  });

  it('counts nothing before the money is known to have come', () => {
    expect(paymentFigures(fold([decided(1, 'auto', 0)]))).toBeUndefined();
  });

  it('is the same row after a repeat', () => {
    const row = fold([received(2)]);
    expect(foldPayment(row, received(2))).toBe(row);
    expect(foldPayment(row, received(1, 5))).toBe(row);
  });
});

describe('an invoice in the figures', () => {
  const invoice = { subject: 'invoice', id: 'i', organisationId: 'o' } as const;
  const facts = { version: 1, currency: 'KES', issuedOn: '2026-01-10', dueDate: '2026-01-20', totalCents: 900 };
  const owed: InvoiceNews = { ...invoice, kind: 'owed', facts, balance: { version: 1, balanceCents: 900 } };
  const part: InvoiceNews = { ...invoice, kind: 'balance', balance: { version: 2, balanceCents: 400 } };
  const paid: InvoiceNews = { ...invoice, kind: 'balance', balance: { version: 3, balanceCents: 0 } };
  const foldAll = (all: readonly InvoiceNews[]) =>
    all.reduce<InvoiceRow | undefined>((row, one) => foldInvoice(row, one), undefined) as InvoiceRow;

  it('owes what its newest balance says, in any order', () => {
    fc.assert(
      fc.property(shuffled([owed, part, paid]), (news) => {
        expect(openCents(foldAll(news))).toBe(0);
      }),
    );
    fc.assert(
      fc.property(shuffled([owed, part]), (news) => {
        expect(openCents(foldAll(news))).toBe(400);
      }),
    );
  });

  it('was billed as its newest version says, in any order', () => {
    const raised: InvoiceNews = {
      ...invoice,
      kind: 'owed',
      facts: { ...facts, version: 4, totalCents: 1_200 },
      balance: { version: 4, balanceCents: 700 },
    };
    fc.assert(
      fc.property(shuffled([owed, part, raised]), (news) => {
        expect(billingFigures(foldAll(news))?.figures).toEqual({ billedCents: 1_200, invoices: 1 });
        expect(openCents(foldAll(news))).toBe(700);
      }),
    );
  });

  it('was never billed once it is void', () => {
    const row = foldAll([owed, { ...invoice, kind: 'voided' }, part]);
    expect(openCents(row)).toBe(0);
    expect(billingFigures(row)).toBeUndefined();
  });
});

describe('the ratios', () => {
  it('spreads what is owed over what is billed a day', () => {
    const since = { firstBilledOn: '2026-01-01', today: '2026-06-01' };
    expect(dsoDays({ outstandingCents: 50_000, billedCents: 150_000, ...since })).toBe(30);
    expect(dsoDays({ outstandingCents: 100, billedCents: 200, firstBilledOn: '2026-05-23', today: '2026-06-01' })).toBe(
      5,
    );
    expect(dsoDays({ outstandingCents: 100, billedCents: 0, ...since })).toBeNull();
  });

  it('has no rate before the first decision', () => {
    expect(autoMatchRate({ auto: 0, decided: 0 })).toBeNull();
    expect(autoMatchRate({ auto: 2, decided: 3 })).toBe(0.6667);
  });
});
