import { AnalyticsScopeQuery, AnalyticsSummary, CollectionSeries, CollectionsQuery } from '@malipo/api-contracts';
import { type App, daysOfRange, typed } from '@malipo/service-kit';
import { addDays, eatDay } from '@malipo/values';
import type { Deps } from '../deps.ts';
import { autoMatchRate, dsoDays } from '../domain/ratios.ts';
import type { Freshness } from '../store/collections.ts';
import type { Scope } from '../store/figures.ts';

const about = { tags: ['analytics'], security: [{ bearer: [] }] };

/** What the business collected and what it is owed, from events alone. */
export const analyticsRoutes = (deps: Deps) => async (plain: App) => {
  const app = typed(plain);
  app.get(
    '/summary',
    {
      schema: {
        ...about,
        summary: 'Key figures as of now, in Nairobi days',
        querystring: AnalyticsScopeQuery,
        response: { 200: AnalyticsSummary },
      },
    },
    async ({ caller, query }) => summary(deps, await scopeOf(deps, caller.organisationId, query)),
  );
  app.get(
    '/collections',
    {
      config: { codes: { 422: ['range_invalid'] } },
      schema: {
        ...about,
        summary: 'Money collected a day, the last 30 days unless asked otherwise',
        querystring: CollectionsQuery,
        response: { 200: CollectionSeries },
      },
    },
    async ({ caller, query }) => {
      const to = query.to ?? eatDay(deps.now());
      const from = query.from ?? addDays(to, -29);
      return collections(deps, await scopeOf(deps, caller.organisationId, query), from, to);
    },
  );
};

/** Live money where there is any, else test money; the answer says which. */
async function scopeOf(
  deps: Deps,
  organisationId: string,
  { mode, currency }: { mode?: 'test' | 'live' | undefined; currency: string },
): Promise<Scope> {
  if (mode) return { organisationId, mode, currency };
  return { organisationId, mode: (await deps.figures.hasLive(organisationId)) ? 'live' : 'test', currency };
}

async function summary(deps: Deps, scope: Scope) {
  const today = eatDay(deps.now());
  const [begunAt, money, receivables, billing] = await Promise.all([
    deps.figures.begunAt(),
    deps.figures.money(scope, today),
    deps.figures.receivables(scope, today),
    deps.figures.billing(scope, today),
  ]);
  const { autoLately, decidedLately, newest: newestMoney, ...sums } = money;
  const [newest] = [newestMoney, billing.newest]
    .flatMap((one) => one ?? [])
    .sort((a, b) => b.at.getTime() - a.at.getTime());
  return {
    mode: scope.mode,
    currency: scope.currency,
    today,
    ...sums,
    ...receivables,
    dsoDays: dsoDays({ outstandingCents: receivables.outstandingCents, today, ...billing }),
    autoMatchRate: autoMatchRate({ auto: autoLately, decided: decidedLately }),
    asOf: newest?.at.toISOString() ?? null,
    lagSeconds: newest && begunAt ? lagSeconds(newest, begunAt) : null,
  };
}

/** The age of history says nothing of how late news comes in. */
function lagSeconds({ at, appliedAt }: Freshness, begunAt: Date): number | null {
  return at < begunAt ? null : Math.max(0, (appliedAt.getTime() - at.getTime()) / 1000);
}

/** @throws {InvalidError} range_invalid */
async function collections(deps: Deps, scope: Scope, from: string, to: string) {
  const length = daysOfRange(from, to);
  const rows = new Map((await deps.figures.days(scope, from, to)).map((row) => [row.day, row]));
  const days = Array.from({ length }, (_, index) => {
    const day = addDays(from, index);
    const row = rows.get(day);
    return {
      day,
      collectedCents: row?.collectedCents ?? 0,
      payments: row?.payments ?? 0,
      channels: row?.channels ?? {},
    };
  });
  return { mode: scope.mode, currency: scope.currency, from, to, days };
}
