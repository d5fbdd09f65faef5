import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeInvoice, draftInvoice, type Invoice, issueInvoice, voidInvoice } from './invoice.ts';
import { type Allocation, applyAllocation, passDueDate, type Step, surplusOf } from './standing.ts';

const AT = new Date('2026-03-01T09:00:00Z');

const lineOf = (unitPriceCents: number) => ({
  description: 'Rent',
  quantityMilli: 1_000,
  unitPriceCents,
  taxBasisPoints: 0,
  discount: null,
});

const draft = (totalCents = 1_000) =>
  draftInvoice(
    { number: 'A-1', customerId: 'c', currency: 'KES', dueDate: '2026-03-10', lines: [lineOf(totalCents)] },
    'i',
    'o',
    AT,
  );

const issued = (totalCents = 1_000) => issueInvoice(draft(totalCents), AT)?.invoice ?? draft();

const allocation = (own: Partial<Allocation> = {}): Allocation => ({
  allocationId: 'a',
  paymentId: 'p',
  amountCents: 400,
  roundingCents: 0,
  version: 1,
  ...own,
});

const applied = (invoice: Invoice, own: Partial<Allocation> = {}): Step<Invoice> => {
  const step = applyAllocation(invoice, allocation(own), AT);
  if (!step) throw new Error('nothing was applied');
  return step;
};

const changesOf = (step: Step<Invoice> | undefined) => step?.changes.map((change) => change.type);

describe('applying money', () => {
  test('a part leaves the rest open', () => {
    const { invoice, changes } = applied(issued());
    expect(invoice).toMatchObject({ status: 'partially_paid', appliedCents: 400, balanceCents: 600, version: 3 });
    expect(changes).toEqual([{ type: 'applied', paymentId: 'p', appliedCents: 400, roundingCents: 0 }]);
  });

  test('reaching zero pays it once, with a version for each change', () => {
    const step = applied(issued(), { amountCents: 1_000 });
    expect(step.invoice).toMatchObject({ status: 'paid', balanceCents: 0, paidAt: AT, version: 4 });
    expect(changesOf(step)).toEqual(['applied', 'paid']);
    expect(changesOf(applied(step.invoice, { allocationId: 'b', amountCents: 1 }))).toEqual(['applied']);
  });

  test('a crumb closes it', () => {
    const { invoice } = applied(issued(), { amountCents: 996, roundingCents: 4 });
    expect(invoice).toMatchObject({ status: 'paid', appliedCents: 996, roundingCents: 4, balanceCents: 0 });
  });

  test('a crumb that is closed later, or taken back, is told as what it moved', () => {
    const part = applied(issued(), { amountCents: 996 }).invoice;
    const closed = applied(part, { amountCents: 996, roundingCents: 4, version: 2 });
    expect(closed.changes).toEqual([
      { type: 'applied', paymentId: 'p', appliedCents: 0, roundingCents: 4 },
      { type: 'paid' },
    ]);
    expect(applied(closed.invoice, { amountCents: 0, version: 3 }).changes).toEqual([
      { type: 'applied', paymentId: 'p', appliedCents: -996, roundingCents: -4 },
    ]);
  });

  test('paid since when it was paid first, whatever comes on top', () => {
    const paid = applied(issued(), { amountCents: 1_000 }).invoice;
    const later = new Date(AT.getTime() + 86_400_000);
    const topped = applyAllocation(paid, allocation({ allocationId: 'b', amountCents: 1 }), later)?.invoice;
    expect(topped).toMatchObject({ status: 'paid', paidAt: AT, updatedAt: later });
  });

  test('a repeat and an older version change nothing', () => {
    const { invoice } = applied(issued(), { version: 2 });
    expect(applyAllocation(invoice, allocation({ version: 2 }), AT)).toBeUndefined();
    expect(applyAllocation(invoice, allocation({ version: 1, amountCents: 999 }), AT)).toBeUndefined();
  });

  test('taken back it is open again and may be paid again', () => {
    const paid = applied(issued(), { amountCents: 1_000 }).invoice;
    const undone = applied(paid, { amountCents: 0, version: 2 });
    expect(undone.invoice).toMatchObject({ status: 'issued', balanceCents: 1_000, paidAt: null });
    expect(undone.changes).toEqual([{ type: 'applied', paymentId: 'p', appliedCents: -1_000, roundingCents: 0 }]);
    expect(changesOf(applied(undone.invoice, { amountCents: 1_000, version: 3 }))).toEqual(['applied', 'paid']);
  });

  test('an undo that overtakes its allocation wins', () => {
    const { invoice, changes } = applied(issued(), { amountCents: 0, version: 2 });
    expect(changes).toEqual([]);
    expect(applyAllocation(invoice, allocation({ version: 1 }), AT)).toBeUndefined();
  });

  test('a void invoice keeps the books and owes nothing', () => {
    const void_ = voidInvoice(applied(issued()).invoice, 'wrong tenant', AT)?.invoice ?? draft();
    const late = applied(void_, { allocationId: 'b', amountCents: 100 }).invoice;
    expect(late).toMatchObject({ status: 'void', balanceCents: 0, appliedCents: 500 });
    expect(surplusOf(late)).toBe(500);
  });
});

describe('a due date', () => {
  test('is announced once after it passed, and again when it moved', () => {
    expect(passDueDate(issued(), '2026-03-10', AT)).toBeUndefined();
    const late = passDueDate(issued(), '2026-03-11', AT);
    expect(changesOf(late)).toEqual(['overdue']);
    const invoice = late?.invoice ?? draft();
    expect(passDueDate(invoice, '2026-03-12', AT)).toBeUndefined();
    expect(applied(invoice).invoice.overdueCheckOn).toBeNull();
    const moved = changeInvoice(invoice, { dueDate: '2026-03-20' }, AT)?.invoice ?? draft();
    expect(moved.overdueCheckOn).toBe('2026-03-20');
    expect(changesOf(passDueDate(moved, '2026-03-21', AT))).toEqual(['overdue']);
  });

  test('of a paid invoice is nobody’s business until money is taken back', () => {
    const paid = applied(issued(), { amountCents: 1_000 }).invoice;
    expect(passDueDate(paid, '2026-03-11', AT)).toBeUndefined();
    const reopened = applied({ ...paid, overdueCheckOn: null }, { amountCents: 0, version: 2 }).invoice;
    expect(reopened.overdueCheckOn).toBe('2026-03-10');
  });
});

type Act =
  | { act: 'allocate'; allocationId: string; amountCents: number; roundingCents: number; version: number }
  | { act: 'change'; totalCents: number }
  | { act: 'void' };

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant('allocate' as const),
      allocationId: fc.constantFrom('a', 'b', 'c'),
      amountCents: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_200 })),
      roundingCents: fc.constantFrom(0, 0, 3),
      version: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('change' as const), totalCents: fc.integer({ min: 1, max: 2_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('void' as const) }) },
);

function perform(invoice: Invoice, act: Act): Step<Invoice> | undefined {
  if (act.act === 'allocate') return applyAllocation(invoice, allocation(act), AT);
  if (act.act === 'change')
    return invoice.status === 'void' ? undefined : changeInvoice(invoice, { lines: [lineOf(act.totalCents)] }, AT);
  return invoice.status === 'paid' ? undefined : voidInvoice(invoice, null, AT);
}

function expectInvariants(invoice: Invoice): void {
  const { status, totalCents, appliedCents, roundingCents, balanceCents, allocations } = invoice;
  const held = Object.values(allocations);
  expect(appliedCents).toBe(held.reduce((sum, one) => sum + one.amountCents, 0));
  expect(roundingCents).toBe(held.reduce((sum, one) => sum + one.roundingCents, 0));
  expect(balanceCents).toBeGreaterThanOrEqual(0);
  if (status === 'void') return;
  expect(balanceCents - surplusOf(invoice)).toBe(totalCents - appliedCents - roundingCents);
  expect(status === 'paid').toBe(balanceCents === 0);
  if (status !== 'paid') expect(status === 'partially_paid').toBe(appliedCents + roundingCents > 0);
}

test('any sequence of allocations, undos, changes and a void keeps the invariants', () => {
  fc.assert(
    fc.property(fc.array(anyAct, { maxLength: 60 }), (acts) => {
      let invoice = issued();
      let movedCents = 0;
      for (const act of acts) {
        const step = perform(invoice, act);
        if (!step) continue;
        expectInvariants(step.invoice);
        const becamePaid = step.invoice.status === 'paid' && invoice.status !== 'paid';
        expect(step.changes.filter((change) => change.type === 'paid').length).toBe(becamePaid ? 1 : 0);
        expect(step.invoice.version).toBe(invoice.version + Math.max(1, step.changes.length));
        if (invoice.status === 'void') expect(step.invoice.status).toBe('void');
        for (const change of step.changes) if (change.type === 'applied') movedCents += change.appliedCents;
        invoice = step.invoice;
      }
      expect(movedCents).toBe(invoice.appliedCents);
    }),
  );
});

test('whatever the order and however often, the newest version of each allocation is what counts', () => {
  const told = fc.record({ version: fc.integer({ min: 1, max: 5 }), allocationId: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(fc.array(told, { minLength: 1, maxLength: 40 }), (all) => {
      const amountOf = (version: number) => (version % 2 === 0 ? 0 : version * 100);
      let invoice = issued(10_000);
      for (const { version, allocationId } of all)
        invoice =
          applyAllocation(invoice, allocation({ allocationId, version, amountCents: amountOf(version) }), AT)
            ?.invoice ?? invoice;
      const newest = (id: string) =>
        Math.max(0, ...all.filter((one) => one.allocationId === id).map((one) => one.version));
      expect(invoice.appliedCents).toBe(amountOf(newest('a')) + amountOf(newest('b')));
    }),
  );
});
