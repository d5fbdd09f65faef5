import { MatchStatus, QueueTotals, ReviewItem } from '@malipo/api-contracts';
import { type App, NotFoundError, PageOf, PageQuery, queryNumber, typed } from '@malipo/service-kit';
import { z } from 'zod';
import type { Deps } from '../commands/work.ts';
import { type QueueFilter, queueFilter, queueTotals, readQueuePage } from '../store/review-queue.ts';
import { presentItems, presentTotals } from './present-review.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const Cents = queryNumber(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER));
const Hours = queryNumber(z.number().min(0).max(100_000));
const USER_OR_WORD = /^(me|none|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/;

const QueueQuery = PageQuery.extend({
  status: MatchStatus.optional(),
  reason: z.string().max(50).optional(),
  minAmountCents: Cents.optional(),
  maxAmountCents: Cents.optional(),
  olderThanHours: Hours.optional().describe('arrived at least so long ago'),
  newerThanHours: Hours.optional().describe('arrived less than so long ago'),
  assignee: z
    .string()
    .regex(USER_OR_WORD, 'must be me, none, or a user’s id')
    .toLowerCase()
    .optional()
    .describe('me, none, or a user’s id'),
  onHold: z.enum(['false', 'true', 'all']).default('false'),
  overdue: z.enum(['true', 'false']).optional(),
  customerId: z.uuid().optional().describe('proposed, or among the alternatives'),
  text: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((text) => !/\p{Cc}/u.test(text), 'contains control characters; remove them')
    .optional()
    .describe('part of the reference, narrative, receipt, payer’s name or number'),
  sort: z.enum(['age', 'amount', 'confidence']).default('age'),
  order: z.enum(['asc', 'desc']).optional().describe('oldest, largest and surest first where left out'),
  totals: z.enum(['true', 'false']).default('true').describe('false: leave them out'),
});
type QueueQuery = z.infer<typeof QueueQuery>;

/** Money that waits for a person. */
export function reviewQueueRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/reconciliation/review-queue',
    {
      schema: {
        tags,
        security,
        summary: 'Money without a home, oldest first, with what the engine suggests and why; totals over all of it',
        querystring: QueueQuery,
        response: { 200: PageOf(ReviewItem).extend({ totals: QueueTotals.nullable() }) },
      },
    },
    async ({ caller, query }) => {
      await deps.people.note(caller, deps.now());
      return readQueue(deps, filterOf(query, caller.organisationId, caller.userId), query);
    },
  );
  routes.get(
    '/api/v1/reconciliation/matches/:id',
    {
      schema: {
        tags,
        security,
        summary: 'What became of one payment, and why',
        params: z.object({ id: z.uuid() }),
        response: { 200: ReviewItem },
      },
    },
    async ({ caller, params: { id } }) => {
      const doc = await deps.collections.matches.findOne({ _id: id, organisationId: caller.organisationId });
      const [item] = await presentItems(deps, caller.organisationId, doc ? [doc] : []);
      if (!item) throw new NotFoundError('match_not_found', `there is no match ${id}`);
      return item;
    },
  );
}

async function readQueue(deps: Deps, asked: Omit<QueueFilter, 'mode'>, query: QueueQuery) {
  const { organisationId } = asked;
  const row = await deps.reads.organisation(organisationId);
  const { reviewHours } = await deps.reviewSettings.of(organisationId);
  const now = deps.now();
  const filter = queueFilter({ ...asked, mode: row?.mode ?? 'test' }, now, reviewHours);
  const order = query.order ?? (query.sort === 'age' ? 'asc' : 'desc');
  const { data, page } = await readQueuePage(deps.collections, filter, { by: query.sort, order }, query);
  const totals = query.totals === 'true' ? await queueTotals(deps.collections, filter, now, reviewHours) : null;
  return {
    data: await presentItems(deps, organisationId, data),
    page,
    totals: totals && presentTotals(totals),
  };
}

function filterOf(query: QueueQuery, organisationId: string, userId: string): Omit<QueueFilter, 'mode'> {
  const { assignee, overdue } = query;
  const named = assignee === 'me' ? userId : assignee === 'none' ? null : assignee;
  return {
    ...query,
    organisationId,
    assigneeId: named,
    overdue: overdue === undefined ? undefined : overdue === 'true',
  };
}
