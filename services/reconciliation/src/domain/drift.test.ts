import { describe, expect, it } from 'vitest';
import {
  afterAutomatic,
  afterConfirmed,
  afterOverturned,
  CALM,
  CUSUM_LIMIT,
  type Drift,
  look,
  overconfidence,
  shift,
} from './drift.ts';
import { MAX_CAUTION, raisedThreshold, statusOf } from './learning.ts';

const NONE = { overconfidence: 0, shift: 0 };
const NOW = new Date('2026-03-02T09:00:00Z');
const later = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const times = (n: number, step: (drift: Drift) => Drift, from: Drift) =>
  Array.from({ length: n }).reduce<Drift>(step, from);

describe('automatic decisions taken back', () => {
  it('ring when two come close together, not when they are as rare as is tolerated', () => {
    const one = afterOverturned(CALM);
    expect(one.cusum).toBeLessThan(CUSUM_LIMIT);
    expect(afterOverturned(times(60, afterAutomatic, one)).cusum).toBeGreaterThan(CUSUM_LIMIT);
    expect(afterOverturned(times(1_000, afterAutomatic, one)).cusum).toBeLessThan(CUSUM_LIMIT);
    expect(times(100, afterAutomatic, CALM).cusum).toBe(0);
  });

  it('raise caution a step at a time, from a clean slate each, up to the last', () => {
    let drift = CALM;
    for (let step = 1; step <= MAX_CAUTION + 1; step++) {
      drift = look(times(2, afterOverturned, drift), NONE, NOW);
      expect(drift.caution).toBe(Math.min(step, MAX_CAUTION));
      if (step <= MAX_CAUTION) expect(drift).toMatchObject({ cusum: 0, quiet: 0, alarm: { kind: 'overturned' } });
    }
  });

  it('caution goes back when it was quiet long enough, in outcomes and in days', () => {
    const raised = look(times(2, afterOverturned, CALM), NONE, NOW);
    const quiet = times(60, afterConfirmed, times(60, afterAutomatic, raised));
    expect(look(quiet, NONE, later(6)).caution).toBe(1);
    expect(look(times(50, afterAutomatic, raised), NONE, later(8)).caution).toBe(1);
    expect(look(quiet, NONE, later(7))).toMatchObject({ caution: 0, quiet: 0, alarm: null });
    expect(look(CALM, NONE, later(30))).toBe(CALM);
  });
});

describe('what was said against what came true', () => {
  const said = (confidence: number, right: number, wrong: number) => [
    ...Array.from({ length: right }, () => ({ confidence, right: true })),
    ...Array.from({ length: wrong }, () => ({ confidence, right: false })),
  ];
  it('is in standard deviations, and one refusal of something certain proves nothing', () => {
    expect(overconfidence(said(0.8, 80, 20))).toBeCloseTo(0, 9);
    expect(overconfidence(said(0.8, 60, 40))).toBeCloseTo(5, 9);
    expect(overconfidence(said(0.8, 95, 5))).toBeLessThan(0);
    expect(overconfidence(said(0.9999, 29, 1))).toBeLessThan(1);
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
