import { describe, expect, it } from 'vitest';
import type { Judgement } from './judgement.ts';
import { compare, ENOUGH, mustRollBack, weigh } from './promotion.ts';

const STOOD = new Date('2026-03-01T00:00:00Z');
type Said = { outcome: 'auto' | 'suggested'; confidence: number; proposal?: string };

/** A payment that a person spent on `c1`, as champion and challenger saw it. */
const row = (champion: Said, challenger: Said | null, over: Partial<Judgement> = {}): Judgement => ({
  paymentId: 'p',
  organisationId: 'o',
  at: new Date('2026-03-02T00:00:00Z'),
  decidedSeq: 1,
  model: 'm',
  proposal: 'c1 i1 500',
  ...champion,
  shadow: challenger && { model: 'org-1', proposal: 'c1 i1 500', ...challenger },
  truth: 'c1 i1 500',
  verdict: 'confirmed',
  verdictAt: STOOD,
  isGone: false,
  ...over,
});
const times = (n: number, of: (at: number) => Judgement) => Array.from({ length: n }, (_, at) => of(at));
const auto = (confidence = 0.995): Said => ({ outcome: 'auto', confidence });
const suggested = (confidence = 0.97): Said => ({ outcome: 'suggested', confidence });
const decide = (rows: readonly Judgement[]) => weigh(compare(rows, STOOD));

describe('champion and challenger side by side', () => {
  it('are counted on payments whose end is known for both', () => {
    const rows = [
      row(suggested(0.9), auto(0.99)),
      row(auto(0.99), { ...auto(0.99), proposal: 'c2 i2 500' }),
      row(suggested(), null),
      row(suggested(), auto(), { truth: null, verdict: null }),
      row(suggested(), { ...auto(), proposal: 'c2 i2 500' }, { truth: null, verdict: 'rejected' }),
      row(auto(), auto(), { truth: null, verdict: null, at: new Date('2026-02-01T00:00:00Z') }),
    ];
    const comparison = compare(rows, STOOD);
    expect(comparison).toMatchObject({
      judged: 3,
      champion: { automatic: 2, wrong: 0 },
      challenger: { automatic: 3, wrong: 1 },
      onlyChallenger: 1,
      onlyChampion: 0,
    });
    const errors = [0.1 ** 2, 0.01 ** 2, 0.005 ** 2];
    expect(comparison.champion.brier).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / 3, 9);
  });
});

describe('a challenger', () => {
  it('waits for enough judged payments, however good it looks', () => {
    expect(decide(times(ENOUGH - 1, () => row(suggested(), auto()))).act).toBe('wait');
    expect(decide([]).act).toBe('wait');
  });

  it('takes over when it applies more and nothing more of it is wrong', () => {
    const rows = times(ENOUGH, (at) => (at < 20 ? row(suggested(), auto()) : row(auto(), auto())));
    expect(decide(rows).act).toBe('promote');
  });

  it('takes over when its confidence is truer', () => {
    const rows = times(ENOUGH, (at) => row(suggested(0.6 + (at % 10) / 100), suggested(0.9)));
    expect(decide(rows)).toMatchObject({ act: 'promote', why: expect.stringContaining('truer') });
  });

  it('is let go at once when more of it is wrong, however much it applies', () => {
    const wrong = row(suggested(), { ...auto(), proposal: 'c2 i2 500' });
    expect(decide([wrong, ...times(500, () => row(suggested(), auto()))]).act).toBe('withdraw');
  });

  it('is let go when it applies less, is worse calibrated, or never proves anything', () => {
    expect(decide(times(ENOUGH, (at) => (at < 20 ? row(auto(), suggested()) : row(auto(), auto())))).act).toBe(
      'withdraw',
    );
    expect(decide(times(ENOUGH, (at) => row(suggested(0.9), suggested(0.6 + (at % 10) / 100)))).act).toBe('withdraw');
    const alike = () => row(auto(), auto());
    expect(decide(times(ENOUGH, alike)).act).toBe('wait');
    expect(decide(times(3_000, alike)).act).toBe('withdraw');
  });

  it('does not take over by a difference that nobody would notice', () => {
    expect(decide(times(ENOUGH, (at) => row(auto(0.998 + (at % 2) / 10_000), auto(0.999)))).act).toBe('wait');
    expect(decide(times(ENOUGH, (at) => row(auto(0.999), auto(0.998 + (at % 2) / 10_000)))).act).toBe('wait');
  });

  it('does not take over by a difference that chance explains', () => {
    const rows = times(ENOUGH, (at) => (at < 3 ? row(suggested(), auto()) : row(auto(), auto())));
    expect(decide(rows).act).toBe('wait');
  });
});

describe('a champion', () => {
  it('goes when more is taken back than is tolerated, beyond chance, and not for one', () => {
    expect(mustRollBack(10, 1)).toBe(false);
    expect(mustRollBack(100, 2)).toBe(true);
    expect(mustRollBack(2_000, 2)).toBe(false);
    expect(mustRollBack(2_000, 12)).toBe(true);
    expect(mustRollBack(0, 0)).toBe(false);
  });
});
