import { describe, expect, it } from 'vitest';
import { afterJudgement, CALM, CUSUM_LIMIT, type Drift, look, overconfidence, shift } from './drift.ts';
import type { Judgement, Verdict } from './judgement.ts';
import { MAX_CAUTION, raisedThreshold, statusOf } from './learning.ts';

const NONE = { overconfidence: 0, shift: 0 };
const NOW = new Date('2026-03-02T09:00:00Z');
const later = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const times = (n: number, step: (drift: Drift) => Drift, from: Drift) =>
  Array.from({ length: n }).reduce<Drift>(step, from);

const said = (outcome: Judgement['outcome'], verdict: Verdict | null) => ({ outcome, verdict }) as Judgement;
/** A judgement that came to be what it is: by the engine alone, or by a person's word on it. */
const after = (from: Judgement | undefined, to: Judgement) => (drift: Drift) => afterJudgement(drift, from, to);
const automatic = after(undefined, said('auto', null));
const overturned = after(said('auto', null), said('auto', 'undone'));
const vindicated = after(said('auto', 'undone'), said('auto', 'confirmed'));
const confirmed = after(said('suggested', null), said('suggested', 'confirmed'));

describe('automatic decisions taken back', () => {
  it('ring when two come close together, not when they are as rare as is tolerated', () => {
    const one = overturned(CALM);
    expect(one.cusum).toBeLessThan(CUSUM_LIMIT);
    expect(overturned(times(60, automatic, one)).cusum).toBeGreaterThan(CUSUM_LIMIT);
    expect(overturned(times(1_000, automatic, one)).cusum).toBeLessThan(CUSUM_LIMIT);
    expect(times(100, automatic, CALM).cusum).toBe(0);
  });

  it('do not count where a person applied the money again as it had been', () => {
    const drift = times(30, automatic, overturned(CALM));
    expect(vindicated(overturned(drift)).cusum).toBeCloseTo(drift.cusum, 9);
    expect(vindicated(overturned(CALM)).cusum).toBeCloseTo(0, 9);
    expect(after(said('auto', 'undone'), said('auto', 'undone'))(drift)).toBe(drift);
    expect(after(said('auto', 'confirmed'), said('auto', 'undone'))(drift).cusum).toBe(overturned(drift).cusum);
  });

  it('raise caution a step at a time, from a clean slate each, up to the last', () => {
    let drift = CALM;
    for (let step = 1; step <= MAX_CAUTION + 1; step++) {
      drift = look(times(2, overturned, drift), NONE, NOW);
      expect(drift.caution).toBe(Math.min(step, MAX_CAUTION));
      expect(drift).toMatchObject({ cusum: 0, quiet: 0, alarm: { kind: 'overturned' } });
    }
  });

  it('at the last step begin the week anew, and do not keep caution there for ever', () => {
    const full = Array.from({ length: MAX_CAUTION + 1 }).reduce<Drift>(
      (drift) => look(times(2, overturned, drift), NONE, NOW),
      CALM,
    );
    const again = look(times(2, overturned, full), NONE, later(5));
    expect(again).toMatchObject({ caution: MAX_CAUTION, cusum: 0, quiet: 0, alarm: { kind: 'overturned' } });
    const quiet = times(100, confirmed, again);
    expect(look(quiet, NONE, later(11)).caution).toBe(MAX_CAUTION);
    expect(look(quiet, NONE, later(12)).caution).toBe(MAX_CAUTION - 1);
  });

  it('caution goes back when it was quiet long enough, in outcomes and in days', () => {
    const raised = look(times(2, overturned, CALM), NONE, NOW);
    const quiet = times(60, confirmed, times(60, automatic, raised));
    expect(look(quiet, NONE, later(6)).caution).toBe(1);
    expect(look(times(50, automatic, raised), NONE, later(8)).caution).toBe(1);
    expect(look(quiet, NONE, later(7))).toMatchObject({ caution: 0, quiet: 0, alarm: null });
    expect(look(CALM, NONE, later(30))).toBe(CALM);
  });
});

describe('what was said against what came true', () => {
  const stated = (confidence: number, right: number, wrong: number) => [
    ...Array.from({ length: right }, () => ({ confidence, right: true })),
    ...Array.from({ length: wrong }, () => ({ confidence, right: false })),
  ];
  it('is in standard deviations, and one refusal of something certain proves nothing', () => {
    expect(overconfidence(stated(0.8, 80, 20))).toBeCloseTo(0, 9);
    expect(overconfidence(stated(0.8, 60, 40))).toBeCloseTo(5, 9);
    expect(overconfidence(stated(0.8, 95, 5))).toBeLessThan(0);
    expect(overconfidence(stated(0.9999, 29, 1))).toBeLessThan(1);
    expect(overconfidence([])).toBe(0);
    expect(look(CALM, { overconfidence: 4, shift: 0 }, NOW)).toMatchObject({
      caution: 1,
      alarm: { kind: 'overconfident' },
    });
  });
});

describe('a shift of confidence', () => {
  it('is nothing between alike windows, and rings between different ones, for one step only', () => {
    const mix = (n: number, certain: number) =>
      Array.from({ length: n }, (_, at) => (at % 10 < certain ? 0.9995 : 0.6));
    expect(shift(mix(1_000, 8), mix(200, 8))).toBeLessThan(0.03);
    const moved = shift(mix(1_000, 8), mix(200, 4));
    expect(moved).toBeGreaterThan(0.25);
    expect(shift(mix(1_000, 8), new Array<null>(200).fill(null))).toBeGreaterThan(1);
    expect(shift([], mix(200, 4))).toBe(0);
    const once = look(CALM, { overconfidence: 0, shift: moved }, NOW);
    expect(once.alarm?.kind).toBe('shifted');
    expect(look(once, { overconfidence: 0, shift: moved }, NOW).caution).toBe(1);
  });
});

describe('the raised threshold', () => {
  it('leaves a quarter of the doubt with each step, and at the last nothing passes', () => {
    expect(
      [0, 1, 2, 3].map((caution) => raisedThreshold({ threshold: 0.99, strictThreshold: 0.998 }, caution)),
    ).toEqual([0, 0.998, expect.closeTo(0.999375, 9), 1.01]);
  });
});

describe('a model’s status', () => {
  it('follows from the pointers', () => {
    const learning = { champion: 'org-1', challenger: 'org-2', since: NOW, caution: 0 };
    expect(['org-1', 'org-2', 'org-3', null].map((version) => statusOf(learning, version))).toEqual([
      'champion',
      'challenger',
      'retired',
      'retired',
    ]);
    expect(statusOf({ ...learning, champion: null, challenger: null }, null)).toBe('champion');
  });
});
