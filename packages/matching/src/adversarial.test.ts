import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { decide } from './decide.ts';
import { business, customer, invoice, payment, RENT } from './testing/business.ts';

describe('people who mislead, knowingly or not', () => {
  it("a payer who types another's reference is not applied to either without a person", () => {
    const decided = decide(business(...RENT), payment({ reference: 'INV-2026-00198', amountCents: 777_000 }));
    expect(decided.outcome).not.toBe('auto');
  });

  it('siblings with equal fees and one parent are a tie', () => {
    const parent = { contacts: [{ name: 'Jane Njeri' }], phones: ['254745000222'] };
    const state = business(
      ...RENT,
      customer('s1', 'Ann Njeri Mwai', parent),
      customer('s2', 'Brian Njeri Mwai', parent),
      invoice('f1', 's1', 'INV-2026-00901', 850_000),
      invoice('f2', 's2', 'INV-2026-00902', 850_000),
    );
    const fees = payment({
      reference: 'school fees',
      amountCents: 850_000,
      number: { form: 'full', value: '254745000222' },
      payerNames: ['JANE'],
    });
    const decided = decide(state, fees);
    expect(decided).toMatchObject({ outcome: 'suggested', reason: 'tie' });
    expect(decided.alternatives.length).toBeGreaterThan(0);
  });

  it("a parent's number beside one child is no answer where the amount is what the other owes", () => {
    const children = (other: object) =>
      business(
        ...RENT,
        customer('s1', 'Janet Kiptoo Achieng', { contacts: [{ name: 'Joseph Kariuki' }], phones: ['254745000222'] }),
        customer('s2', 'Rose Mwende Achieng', { contacts: [{ name: 'Joseph Kariuki' }], ...other }),
        invoice('f1', 's1', 'INV-2026-00901', 850_000),
        invoice('f2', 's2', 'INV-2026-00902', 135_000),
      );
    const part = payment({
      reference: 'fees',
      amountCents: 135_000,
      number: { form: 'full', value: '254745000222' },
      payerNames: ['JOSEPH', 'KARIUKI'],
    });
    const guards = (other: object) => decide(children(other), part).guards;
    expect(guards({})).toContain('equal-evidence');
    expect(guards({ phones: ['254745000999'] })).not.toContain('equal-evidence');
  });

  it('a mask that two customers share decides nothing', () => {
    const state = business(
      ...RENT,
      customer('m1', 'Grace Auma', { phones: ['254745111333'] }),
      customer('m2', 'Grace Atieno', { phones: ['254746222333'] }),
      invoice('g1', 'm1', 'INV-2026-00911', 640_000),
      invoice('g2', 'm2', 'INV-2026-00912', 640_000),
    );
    const masked = payment({
      reference: '',
      amountCents: 640_000,
      number: { form: 'masked', value: '2547*****333' },
      payerNames: ['GRACE'],
    });
    expect(decide(state, masked)).toMatchObject({ outcome: 'suggested', reason: 'tie' });
  });

  it('a mask that dozens share is worth less than one that two share, and proposes nobody by itself', () => {
    const named = payment({
      reference: '',
      amountCents: 640_000,
      number: { form: 'masked', value: '2547*****333' },
      payerNames: ['GRACE'],
    });
    const shared = (others: number) =>
      business(
        ...RENT,
        customer('m1', 'Grace Auma', { phones: ['254745111333'] }),
        invoice('g1', 'm1', 'INV-2026-00911', 640_000),
        ...Array.from({ length: others }, (_, n) => [
          customer(`o${n}`, `Otheroka Lastoka`, { phones: [`2547462${String(n).padStart(2, '0')}333`] }),
          invoice(`og${n}`, `o${n}`, `INV-2026-01${n + 100}`, 300_000 + n * 500),
        ]).flat(),
      );
    const [two, dozens] = [decide(shared(1), named), decide(shared(40), named)];
    expect(two.proposal?.customerId).toBe('m1');
    expect(dozens.proposal?.customerId).toBe('m1');
    expect(dozens.proposal?.confidence).toBeLessThan(two.proposal?.confidence ?? 0);
    const strange = decide(shared(40), { ...named, payerNames: ['ZUHURA'], amountCents: 111_100 });
    expect(strange).toMatchObject({ outcome: 'unmatched', proposal: null });
  });

  it('a thousand shillings with a thousand references teach no alias', () => {
    const state = business(...RENT);
    const attacker = { form: 'full', value: '254799999999' } as const;
    for (let n = 0; n < 1000; n++) {
      const bait = payment({
        paymentId: `a${n}`,
        amountCents: 100,
        reference: `K${40 + (n % 30)}`,
        number: attacker,
        payerNames: ['EVE'],
      });
      apply(state, { type: 'payment-decided', payment: bait, decision: decide(state, bait) });
      const customerId = `x${n % 30}`;
      const settled = {
        paymentId: bait.paymentId,
        by: 'person',
        customerId,
        allocations: [{ invoiceId: `ix${n % 30}`, amountCents: 100 }],
        creditCents: 0,
      } as const;
      apply(state, { type: 'payment-settled', payment: bait, settled });
    }
    expect(state.aliases.size).toBe(0);
  });

  it('a refused pair is not applied again by itself', () => {
    const state = business(...RENT);
    const first = payment();
    apply(state, { type: 'payment-decided', payment: first, decision: decide(state, first) });
    apply(state, { type: 'settlement-undone', paymentId: 'p1' });
    apply(state, { type: 'proposal-refused', paymentId: 'p1', customerId: 'c1', at: first.receivedAt });
    const next = decide(state, payment({ paymentId: 'p2' }));
    expect([next.outcome, next.reason, next.guards.includes('refused')]).toEqual(['suggested', 'refused', true]);
  });

  it("a person's later confirmation outlives their refusal of the same pair, and of no other", () => {
    const state = business(...RENT, invoice('i1b', 'c1', 'INV-2026-00555', 1_300_000));
    const refuse = (paymentId: string, customerId: string) =>
      apply(state, { type: 'proposal-refused', paymentId, customerId, at: payment().receivedAt });
    const confirm = (adjusts?: true) => {
      const allocations = [{ invoiceId: 'i1b', amountCents: 1_200_000 }];
      const settled = {
        paymentId: 'p1',
        by: 'person',
        customerId: 'c1',
        allocations,
        creditCents: 0,
        adjusts,
      } as const;
      apply(state, { type: 'payment-settled', payment: payment(), settled });
    };
    apply(state, { type: 'payment-decided', payment: payment(), decision: decide(state, payment()) });
    apply(state, { type: 'settlement-undone', paymentId: 'p1' });
    refuse('p1', 'c1');
    refuse('p1', 'c2');
    confirm(true);
    expect(decide(state, payment({ paymentId: 'p2' })).guards).toContain('refused');
    confirm();
    expect(decide(state, payment({ paymentId: 'p2' }))).toMatchObject({ outcome: 'auto', guards: [] });
    const forPeter = payment({ paymentId: 'p3', reference: 'INV-2026-00198 B07 PETER OTIENO', amountCents: 900_000 });
    expect(decide(state, forPeter).guards).toContain('refused');
    refuse('p1', 'c1');
    expect(decide(state, payment({ paymentId: 'p2' })).guards).toContain('refused');
  });

  it('money that paid for several customers tells nothing about whose the payer’s next money is', () => {
    const aunt = { number: { form: 'full', value: '254733000555' }, payerNames: ['RUTH'] } as const;
    const placed = (acrossCustomers: true | undefined) => {
      const state = business(...RENT);
      const first = payment({ ...aunt, reference: '', amountCents: 2_100_000 });
      const allocations = [
        { invoiceId: 'i1', amountCents: 1_200_000 },
        { invoiceId: 'i2', amountCents: 900_000 },
      ];
      const settled = { paymentId: 'p1', by: 'person', customerId: 'c1', creditCents: 0, allocations } as const;
      apply(state, { type: 'payment-decided', payment: first, decision: decide(state, first) });
      apply(state, { type: 'payment-settled', payment: first, settled: { ...settled, acrossCustomers } });
      const owed = ['i1', 'i2'].map((id) => state.invoiceById.get(id)?.balanceCents);
      return { owed, aliases: state.aliases.size };
    };
    expect(placed(true)).toEqual({ owed: [0, 0], aliases: 0 });
    expect(placed(undefined).aliases).toBeGreaterThan(0);
  });

  it.each([
    { reference: `INV-2026-00123 ${'X'.repeat(400_000)}` },
    { reference: `INV-2026-00123 ${'ABC '.repeat(100_000)}` },
    { payerNames: ['MARY', 'X'.repeat(400_000)] },
  ])('a text without end costs no more than its beginning says', (over) => {
    const state = business(...RENT);
    const paid = payment(over);
    const decision = decide(state, paid);
    expect(decision).toMatchObject({ outcome: 'auto', proposal: { allocations: [{ invoiceId: 'i1' }] } });
    const waits = { ...decision, outcome: 'suggested' } as const;
    apply(state, { type: 'payment-decided', payment: paid, decision: waits });
    expect(state.waiting.size).toBeLessThan(1_000);
  });

  it('flags, limits and shadow mode hold back what the evidence would apply', () => {
    const state = business(...RENT);
    expect(decide(state, payment()).outcome).toBe('auto');
    expect(decide(state, payment({ flags: ['unlisted-sender'] }))).toMatchObject({
      outcome: 'suggested',
      reason: 'flagged',
    });
    state.rules = { ...state.rules, autoLimitCents: 1_000_000 };
    expect(decide(state, payment())).toMatchObject({ outcome: 'suggested', reason: 'over_limit' });
    state.rules = { ...state.rules, autoLimitCents: null, automatic: false };
    expect(decide(state, payment())).toMatchObject({
      outcome: 'suggested',
      reason: 'automatic_off',
      guards: ['automatic-off'],
    });
  });

  it("a bank line that tells of mobile money already seen is a duplicate, and an unresolved payment's invoice is not paid twice", () => {
    const state = business(...RENT);
    const first = payment({ receipt: 'UH1DUJSWPX', flags: ['odd-time'] });
    apply(state, { type: 'payment-decided', payment: first, decision: decide(state, first) });
    const line = payment({
      paymentId: 'b1',
      channel: 'bank',
      reference: null,
      narrative: 'MPESA UH1DUJSWPX 669969 MARY',
      receipt: 'FT1',
    });
    expect(decide(state, line)).toMatchObject({ outcome: 'unmatched', reason: 'duplicate', refersTo: 'p1' });
    expect(decide(state, payment({ paymentId: 'p3' })).guards).toContain('unresolved-before');
  });
});
