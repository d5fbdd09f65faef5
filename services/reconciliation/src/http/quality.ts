import { Quality, QualityQuery } from '@malipo/api-contracts';
import { type App, daysOfRange, typed } from '@malipo/service-kit';
import { addDays, eatDay, startOfEatDay } from '@malipo/values';
import { inForce } from '../commands/in-force.ts';
import { NEW_LEARNER } from '../commands/judge-decisions.ts';
import { type Deps, stoodBefore } from '../commands/work.ts';
import { figuresOf } from '../domain/quality.ts';
import { qualityGroups } from '../store/quality.ts';

const USUAL_RANGE_DAYS = 90;

/** How good decisions were, by when they were taken. */
export function qualityRoutes(app: App, deps: Deps): void {
  typed(app).get(
    '/api/v1/reconciliation/quality',
    {
      config: { codes: { 422: ['range_invalid'] } },
      schema: {
        tags: ['reconciliation'],
        security: [{ bearer: [] }],
        summary: 'Automatic rate, what people overturned, calibration and drift, by period',
        querystring: QualityQuery,
        response: { 200: Quality },
      },
    },
    ({ caller, query }) => qualityOf(deps, caller.organisationId, query),
  );
}

/** @throws {InvalidError} range_invalid */
async function qualityOf(deps: Deps, organisationId: string, query: QualityQuery): Promise<Quality> {
  const to = query.to ?? eatDay(deps.now());
  const from = query.from ?? addDays(to, 1 - USUAL_RANGE_DAYS);
  daysOfRange(from, to); // refuses what is none
  const range = { from: startOfEatDay(from), until: startOfEatDay(addDays(to, 1)), unit: query.period };
  const [groups, state] = await Promise.all([
    qualityGroups(deps.collections, organisationId, { ...range, stoodBefore: stoodBefore(deps) }),
    stateOf(deps, organisationId),
  ]);
  const periods = [...Map.groupBy(groups, (group) => group.start)];
  return {
    from,
    to,
    period: query.period,
    total: figuresOf(groups),
    periods: periods.map(([start, own]) => ({ start, ...figuresOf(own) })),
    ...state,
    asOf: deps.now().toISOString(),
  };
}

async function stateOf(deps: Deps, organisationId: string): Promise<Pick<Quality, 'model' | 'threshold' | 'drift'>> {
  const { model, learning, minConfidence } = await inForce(deps, organisationId);
  const { drift, statistics } = (await deps.collections.learners.findOne({ _id: organisationId })) ?? NEW_LEARNER;
  return {
    model: { version: model.version, challenger: learning.challenger },
    threshold: {
      model: model.threshold,
      inForce: Math.max(model.threshold, minConfidence),
    },
    drift: {
      caution: learning.caution,
      since: drift.changedAt?.toISOString() ?? null,
      alarm: drift.alarm,
      statistics: { overturned: drift.cusum, overconfident: statistics.overconfidence, shifted: statistics.shift },
    },
  };
}
