import { type Caller, untilWon } from '@malipo/service-kit';
import { beginUnit, type HouseRules } from '../domain/unit.ts';
import { commitUnits } from '../store/commit.ts';
import type { Deps, Work } from './work.ts';

/** Sets when the engine must leave money to a person; every decision from now on follows it, on every replica. */
export const setRules = (deps: Deps, { organisationId }: Caller, rules: HouseRules): Promise<HouseRules> =>
  untilWon(async () => {
    const row = (await deps.reads.organisations([organisationId])).get(organisationId);
    const unit: Work = beginUnit({
      organisationId,
      seq: row?.seq ?? null,
      mode: row?.mode ?? 'test',
      at: deps.now(),
      state: null,
      receivable: () => undefined,
      owedBefore: () => 0,
    });
    unit.rulesAfter = rules;
    await commitUnits(deps.relay, deps.collections, [unit]);
    return rules;
  });
