import { RunDetail, RunOutcome, RunStatus, RunView, StartRun } from '@malipo/api-contracts';
import {
  type App,
  causeOf,
  listPage,
  NotFoundError,
  PageOf,
  PageQuery,
  type TypedApp,
  typed,
} from '@malipo/service-kit';
import { z } from 'zod';
import { cancelRun, startRun } from '../commands/start-run.ts';
import type { Deps } from '../commands/work.ts';
import { changedRules } from '../domain/house-rules.ts';
import type { OutcomeDoc, RunDoc } from '../store/collections.ts';
import { presentRun, toRunView } from './present-run.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const params = z.object({ id: z.uuid() });
const PATH = '/api/v1/reconciliation/runs';

const FIRST_PAGE = 50;
const OutcomesQuery = PageQuery.extend({
  outcome: z.enum(['unchanged', 'auto', 'suggested', 'unmatched', 'gone']).optional(),
});

/** Matching a period again, or seeing what that would do. */
export function runRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  startRoute(routes, deps);
  listRoute(routes, deps);
  readRoutes(routes, deps);
  cancelRoute(routes, deps);
}

const startRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    PATH,
    {
      config: {
        roles: ['admin', 'bookkeeper'],
        idempotent: true,
        codes: {
          409: ['run_active'],
          422: ['period_invalid', 'scope_needs_dry_run', 'rules_need_dry_run', 'rules_incomplete'],
        },
      },
      schema: {
        tags,
        security,
        summary: 'Match a period’s unresolved money again, in the background; or dry, say what would change',
        body: StartRun,
        response: { 202: RunView },
      },
    },
    async (request, reply) => {
      const { caller, body } = request;
      const row = await deps.reads.organisation(caller.organisationId);
      const rules = body.rules ? changedRules(row?.rules, body.rules, '#/rules') : null;
      const order = { ...body, from: new Date(body.from), to: new Date(body.to), rules };
      const run = await startRun(deps, caller, order, causeOf(request).correlationId);
      return reply.status(202).send(toRunView(run));
    },
  );

const listRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    PATH,
    {
      schema: {
        tags,
        security,
        summary: 'Runs, newest first',
        querystring: PageQuery.extend({ status: RunStatus.optional() }),
        response: { 200: PageOf(RunView) },
      },
    },
    async ({ caller: { organisationId }, query: { status, ...query } }) => {
      const { runs } = deps.collections;
      const { data, page } = await listPage(runs, { organisationId, status }, 'createdAt', query, (run) => run);
      return { data: await Promise.all(data.map((run) => presentRun(deps, run))), page };
    },
  );

function readRoutes(routes: TypedApp, deps: Deps): void {
  routes.get(
    `${PATH}/:id`,
    {
      schema: {
        tags,
        security,
        summary: 'How far a run is, and what it made of the latest payments',
        params,
        response: { 200: RunDetail },
      },
    },
    async ({ caller: { organisationId }, params: { id } }) => {
      const run = await runOf(deps, organisationId, id);
      return {
        ...(await presentRun(deps, run)),
        outcomes: await readOutcomes(deps, organisationId, id, { limit: FIRST_PAGE }),
      };
    },
  );
  routes.get(
    `${PATH}/:id/outcomes`,
    {
      schema: {
        tags,
        security,
        summary: 'What a run made of each payment, the latest payment first; kept for 90 days',
        params,
        querystring: OutcomesQuery,
        response: { 200: PageOf(RunOutcome) },
      },
    },
    async ({ caller: { organisationId }, params: { id }, query }) => {
      await runOf(deps, organisationId, id);
      return readOutcomes(deps, organisationId, id, query);
    },
  );
}

const cancelRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    `${PATH}/:id/cancel`,
    {
      config: { roles: ['admin', 'bookkeeper'], codes: { 409: ['run_ended'] } },
      schema: {
        tags,
        security,
        summary: 'Stop a run where it is; what it applied stays applied',
        params,
        response: { 200: RunView },
      },
    },
    async ({ caller, params: { id } }) => toRunView(await cancelRun(deps, caller, id)),
  );

async function runOf(deps: Deps, organisationId: string, runId: string): Promise<RunDoc> {
  const run = await deps.collections.runs.findOne({ _id: runId, organisationId });
  if (!run) throw new NotFoundError('run_not_found', `there is no run ${runId}`);
  return run;
}

function readOutcomes(
  deps: Deps,
  organisationId: string,
  runId: string,
  { outcome, ...query }: z.infer<typeof OutcomesQuery>,
) {
  const filter = { organisationId, runId, done: true, ...(outcome ? { outcome } : {}) };
  return listPage(
    deps.collections.outcomes,
    filter,
    { field: 'position', kind: 'text', order: 'desc' },
    query,
    toOutcome,
  );
}

const toOutcome = ({ paymentId, outcome, before, after }: OutcomeDoc) => ({ paymentId, outcome, before, after });
