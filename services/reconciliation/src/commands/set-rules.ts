import { type Caller, ConflictError, untilWon } from '@malipo/service-kit';
import { changedRules, type HouseRules, sayTheSame } from '../domain/house-rules.ts';
import { commitUnits } from '../store/commit.ts';
import { openSettings } from './open-unit.ts';
import type { Deps } from './work.ts';

export type RulesChange = {
  rules: Omit<HouseRules, 'version'>;
  why: string;
  /** The version that the caller looked at; 0 is before the first change. */
  expected?: number | undefined;
};

/**
 * Sets the organisation's rules; every decision from now on follows them, on every replica. What they were, who changed
 * them and why is kept with the change itself. The same rules again change nothing.
 * @throws {ConflictError} rules_changed
 * @throws {InvalidError} rules_incomplete
 */
export const setRules = (
  deps: Deps,
  { organisationId, userId }: Caller,
  { rules, why, expected }: RulesChange,
): Promise<HouseRules> =>
  untilWon(async () => {
    const row = await deps.reads.organisation(organisationId);
    const before = row?.rules;
    const after = changedRules(before, rules);
    if (before && sayTheSame(before, after)) return before;
    if (expected !== undefined && expected !== (before?.version ?? 0))
      throw new ConflictError('rules_changed', 'somebody changed the rules since you looked; look again');
    const unit = openSettings(deps, organisationId, row);
    unit.rulesAfter = after;
    unit.rulesVersion = { who: userId, at: unit.at, why, before: before ?? null, after };
    await commitUnits(deps.relay, deps.collections, [unit]);
    deps.log.info({ organisationId, version: after.version, by: userId }, 'rules changed');
    return after;
  });
