import { untilWon } from '@malipo/service-kit';
import type { Learning, ModelChange } from '../domain/learning.ts';
import { NOT_LEARNED } from '../domain/learning.ts';
import type { Mode } from '../domain/ledger.ts';
import { pad } from '../domain/unit.ts';
import { commitUnits } from '../store/commit.ts';
import type { ModelChangeDoc } from '../store/learning.ts';
import { openSettings } from './open-unit.ts';
import type { Deps } from './work.ts';

export type Changed = { learning: Learning; change: ModelChange; evidence?: ModelChangeDoc['evidence'] };

/**
 * Moves an organisation's pointers, with the line in the list of changes, in one transaction that also moves `seq`: every
 * replica decides by them from its next decision on.
 * @param next answers null where nothing is to be done
 */
export const changeModels = (
  deps: Deps,
  organisationId: string,
  next: (now: Learning, mode: Mode) => Changed | null | Promise<Changed | null>,
): Promise<Learning> =>
  untilWon(async () => {
    const row = await deps.reads.organisation(organisationId);
    const before = row?.learning ?? NOT_LEARNED;
    const changed = await next(before, row?.mode ?? 'test');
    if (!changed) return before;
    const unit = openSettings(deps, organisationId, row);
    unit.learningAfter = changed.learning;
    const doc: ModelChangeDoc = {
      _id: `${organisationId}:${pad((unit.seq ?? 0) + 1)}`,
      organisationId,
      at: unit.at,
      ...changed.change,
      evidence: changed.evidence ?? null,
    };
    await commitUnits(deps.relay, deps.collections, [unit], async (session) => {
      await deps.collections.modelChanges.insertOne(doc, { session });
    });
    const { change } = changed;
    deps.log.info({ organisationId, ...change }, 'matching models changed');
    deps.figures.modelChanges.inc({ kind: change.kind });
    return changed.learning;
  });
