import {
  AssignReview,
  BulkDecision,
  BulkDecisionResult,
  HoldReview,
  MatchHistory,
  NoteReview,
  ReleaseReview,
  ReviewItem,
} from '@malipo/api-contracts';
import { type App, type Codes, causeOf, NotFoundError, statusOf, type TypedApp, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { assignReview, holdReview, noteReview, releaseReview } from '../commands/arrange-review.ts';
import { type BulkOutcome, bulkDecide } from '../commands/bulk-decide.ts';
import type { Deps } from '../commands/work.ts';
import type { MatchDoc } from '../store/match-doc.ts';
import { historyOf } from './history.ts';
import { presentItems } from './present-review.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const params = z.object({ id: z.uuid() });
const PATH = '/api/v1/reconciliation/matches';
const config = (codes?: Codes) => ({
  roles: ['admin' as const, 'bookkeeper' as const],
  idempotent: true as const,
  ...(codes && { codes }),
});
const OPEN_ONLY = ['already_settled', 'review_changed'];

/** What colleagues arrange about money that waits, and many decisions at once. */
export function reviewItemRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  holdRoutes(routes, deps);
  assignRoute(routes, deps);
  noteRoute(routes, deps);
  historyRoute(routes, deps);
  bulkRoute(routes, deps);
}

async function itemOf(deps: Deps, organisationId: string, doc: MatchDoc): Promise<ReviewItem> {
  const [view] = await presentItems(deps, organisationId, [doc]);
  if (!view) throw new NotFoundError('match_not_found', `there is no match ${doc._id}`);
  return view;
}

const schema = <Body>(summary: string, body: Body) => ({
  tags,
  security,
  summary,
  params,
  body,
  response: { 200: ReviewItem },
});

function holdRoutes(routes: TypedApp, deps: Deps): void {
  routes.post(
    `${PATH}/:id/hold`,
    {
      config: config({ 409: OPEN_ONLY, 422: ['hold_not_ahead', 'hold_too_long'] }),
      schema: schema('Take it out of the queue until a time; it comes back by itself', HoldReview),
    },
    async ({ caller, params: { id }, body }) => {
      const order = { caller, paymentId: id, expected: body.expectedVersion };
      return itemOf(deps, caller.organisationId, await holdReview(deps, order, new Date(body.until), body.reason));
    },
  );
  routes.post(
    `${PATH}/:id/release`,
    { config: config({ 409: OPEN_ONLY }), schema: schema('Put it back into the queue now', ReleaseReview) },
    async ({ caller, params: { id }, body }) => {
      const order = { caller, paymentId: id, expected: body.expectedVersion };
      return itemOf(deps, caller.organisationId, await releaseReview(deps, order));
    },
  );
}

const assignRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    `${PATH}/:id/assign`,
    {
      config: config({ 409: OPEN_ONLY, 422: ['assignee_unknown'] }),
      schema: schema('Make a colleague responsible, or nobody', AssignReview),
    },
    async ({ caller, params: { id }, body }) => {
      await deps.people.note(caller, deps.now());
      const order = { caller, paymentId: id, expected: body.expectedVersion };
      return itemOf(deps, caller.organisationId, await assignReview(deps, order, body.userId));
    },
  );

const noteRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    `${PATH}/:id/notes`,
    { config: config({ 409: ['too_many_notes'] }), schema: schema('Keep a note for colleagues', NoteReview) },
    async ({ caller, params: { id }, body }) =>
      itemOf(deps, caller.organisationId, await noteReview(deps, { caller, paymentId: id }, body.text)),
  );

const historyRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    `${PATH}/:id/history`,
    {
      schema: {
        tags,
        security,
        summary: 'All that ever happened to a payment: who, when, what, why, and the money it moved',
        params,
        response: { 200: MatchHistory },
      },
    },
    async ({ caller, params: { id } }) => ({ data: await historyOf(deps, caller.organisationId, id) }),
  );

const bulkRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    `${PATH}/bulk`,
    {
      config: config(),
      schema: {
        tags,
        security,
        summary: 'Confirm proposals, or reject them: each for itself, whatever becomes of the others',
        body: BulkDecision,
        response: { 200: BulkDecisionResult },
      },
    },
    async (request) => {
      const { action, reason, items } = request.body;
      const why = reason ?? (action === 'confirm' ? 'confirmed' : '');
      const order = { caller: request.caller, cause: causeOf(request), action, why };
      const results = (await bulkDecide(deps, order, items)).map(toResult);
      const done = results.filter((one) => one.status < 300).length;
      return { done, failed: results.length - done, results };
    },
  );

const toResult = ({ paymentId, match, error }: BulkOutcome): BulkDecisionResult['results'][number] => ({
  paymentId,
  status: error ? statusOf(error.kind) : 200,
  decision: match?.status ?? null,
  version: match?.version ?? null,
  code: error?.code ?? null,
  detail: error?.message ?? null,
});
