import { DEFAULT_RULES, GUARD_NAMES, SPLIT_ORDER } from '@malipo/matching';
import { describe, expect, it } from 'vitest';
import { changedRules, engineRules, type HouseRules, sayTheSame, splitOf } from './house-rules.ts';
import { readableRules } from './rule-list.ts';
import { wordsOf } from './rule-words.ts';

const old: HouseRules = { automatic: true, autoLimitCents: 5_000, firstPayerLimitCents: null };

describe('rules as the engine takes them', () => {
  it('are the shipped ones where nothing was ever set', () => {
    expect(engineRules(undefined)).toBe(DEFAULT_RULES);
  });

  it('keep the name that decisions carry where they were set before rules had versions', () => {
    expect(engineRules(old)).toEqual({ ...DEFAULT_RULES, autoLimitCents: 5_000 });
  });

  it('hold what is on, in the organisation’s order, under a name of their own', () => {
    const split = SPLIT_ORDER.toReversed().map((rule) => ({ rule, on: rule !== 'net' }));
    const rules = engineRules(changedRules(old, { ...old, split, roundingCents: 100 }));
    expect(rules.order).toEqual(['oldest first', 'sum', 'rounding', 'equal', 'named']);
    expect(rules).toMatchObject({
      version: 'house-1.1',
      roundingCents: 100,
      toleranceCents: DEFAULT_RULES.toleranceCents,
    });
  });
});

describe('a change', () => {
  it('keeps what it leaves out', () => {
    const first = changedRules(undefined, { ...old, roundingCents: 100 });
    expect(changedRules(first, { ...old, automatic: false, roundingCents: undefined })).toMatchObject({
      automatic: false,
      roundingCents: 100,
      version: 2,
    });
  });

  it('names each rule once', () => {
    const split = SPLIT_ORDER.map(() => ({ rule: 'equal' as const, on: true }));
    expect(() => changedRules(old, { ...old, split })).toThrow('each of these rules once');
  });

  it('that says the same is none', () => {
    const split = SPLIT_ORDER.map((rule) => ({ rule, on: true }));
    expect(sayTheSame(old, { ...old, split, roundingCents: 500 })).toBe(true);
    expect(sayTheSame(old, { ...old, automatic: false })).toBe(false);
    expect(splitOf(old)).toEqual(split);
  });
});

it('every rule and guard of the engine has words in both languages', () => {
  for (const name of [...SPLIT_ORDER, ...GUARD_NAMES]) {
    const { en, sw } = wordsOf(name);
    expect([en, sw], name).not.toContain(name);
    expect(en).not.toBe(sw);
  }
  const ids = readableRules(undefined).map((one) => one.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('drift');
});
