import { ConfirmMatch, MatchReason, MatchStatus, MatchView } from '@malipo/api-contracts';
import {
  type App,
  type Caller,
  causeOf,
  cursorDate,
  NotFoundError,
  PageOf,
  PageQuery,
  readCursor,
  typed,
  writeCursor,
} from '@malipo/service-kit';
import { z } from 'zod';
import { confirmMatch, rejectMatch, undoMatch } from '../commands/change-match.ts';
import type { Deps } from '../commands/work.ts';
import type { Match } from '../domain/match.ts';
import { toMatch } from '../store/collections.ts';
import { presentMatches } from './present.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const params = z.object({ id: z.uuid() });
const deciders = { roles: ['admin', 'bookkeeper'] as const, idempotent: true };

const QueueQuery = PageQuery.extend({
  status: MatchStatus.optional(),
  reason: z.string().max(50).optional(),
  minAmountCents: z.coerce.number().int().min(0).optional(),
  olderThanHours: z.coerce.number().min(0).max(100_000).optional().describe('arrived at least so long ago'),
});

/** Money that waits for a person, oldest first, and what a person may do with it. */
export function matchRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  const one = async (caller: Caller, match: Match): Promise<MatchView> => {
    const [view] = await presentMatches(deps, caller.organisationId, [match]);
    if (!view) throw new NotFoundError('match_not_found', `there is no match ${match.paymentId}`);
    return view;
  };
  const answer = { 200: MatchView };

  routes.get(
    '/api/v1/reconciliation/review-queue',
    {
      schema: {
        tags,
        security,
        summary: 'Money without a home, oldest first, with what the engine suggests and why',
        querystring: QueueQuery,
        response: { 200: PageOf(MatchView) },
      },
    },
    ({ caller, query }) => readQueue(deps, caller.organisationId, query),
  );
  routes.get(
    '/api/v1/reconciliation/matches/:id',
    { schema: { tags, security, summary: 'What became of one payment, and why', params, response: answer } },
    async ({ caller, params: { id } }) => {
      const match = (await deps.reads.matches([id])).get(id);
      if (match?.organisationId !== caller.organisationId)
        throw new NotFoundError('match_not_found', `there is no match ${id}`);
      return one(caller, match);
    },
  );
  routes.post(
    '/api/v1/reconciliation/matches/:id/confirm',
    {
      config: { ...deciders, roles: [...deciders.roles] },
      schema: { tags, security, summary: 'Apply the money', params, body: ConfirmMatch.nullish(), response: answer },
    },
    async (request) => {
      const order = { caller: request.caller, paymentId: request.params.id, cause: causeOf(request) };
      const { reason = 'confirmed', ...choice } = request.body ?? {};
      return one(request.caller, await confirmMatch(deps, order, choice, reason));
    },
  );
  for (const [verb, command, summary] of [
    ['reject', rejectMatch, 'Refuse the suggestion; the money stays without a home'],
    ['undo', undoMatch, 'Take back what was applied'],
  ] as const)
    routes.post(
      `/api/v1/reconciliation/matches/:id/${verb}`,
      {
        config: { ...deciders, roles: [...deciders.roles] },
        schema: { tags, security, summary, params, body: MatchReason.nullish(), response: answer },
      },
      async (request) => {
        const order = { caller: request.caller, paymentId: request.params.id, cause: causeOf(request) };
        return one(request.caller, await command(deps, order, request.body?.reason ?? ''));
      },
    );
}

/** By time of arrival, oldest first; served by the index of open matches alone. */
async function readQueue(deps: Deps, organisationId: string, query: z.infer<typeof QueueQuery>) {
  const row = (await deps.reads.organisations([organisationId])).get(organisationId);
  const cursor = readCursor(query.cursor);
  const forth = cursor?.back !== true;
  const compare = forth ? '$gt' : '$lt';
  const from = cursor ? cursorDate(cursor.at) : null;
  const found = await deps.collections.matches
    .find({
      $and: [
        { organisationId, mode: row?.mode ?? 'test', open: true, ...filterOf(query, deps.now()) },
        cursor && from
          ? { $or: [{ queuedAt: { [compare]: from } }, { queuedAt: from, _id: { [compare]: cursor.id } }] }
          : {},
      ],
    })
    .sort({ queuedAt: forth ? 1 : -1, _id: forth ? 1 : -1 })
    .limit(query.limit + 1)
    .toArray();
  const more = found.length > query.limit;
  const page = found.slice(0, query.limit);
  if (!forth) page.reverse();
  const at = (doc: (typeof page)[number] | undefined, back: boolean) =>
    doc ? writeCursor({ at: doc.queuedAt.toISOString(), id: doc._id, ...(back ? { back } : {}) }) : null;
  return {
    data: await presentMatches(deps, organisationId, page.map(toMatch)),
    page: {
      next: more || !forth ? at(page.at(-1), false) : null,
      prev: cursor && (forth || more) ? at(page[0], true) : null,
      limit: query.limit,
    },
  };
}

const filterOf = (query: z.infer<typeof QueueQuery>, now: Date) => ({
  ...(query.status ? { status: query.status } : {}),
  ...(query.reason ? { reason: query.reason } : {}),
  ...(query.minAmountCents === undefined ? {} : { unappliedCents: { $gte: query.minAmountCents } }),
  ...(query.olderThanHours === undefined
    ? {}
    : { queuedAt: { $lte: new Date(now.getTime() - query.olderThanHours * 3_600_000) } }),
});
