import { z } from 'zod';
import {
  type Base,
  causeOf,
  collection,
  defineEvent,
  defineService,
  etagOf,
  IfMatch,
  InvalidError,
  listPage,
  NotFoundError,
  PageOf,
  PageQuery,
  personal,
  portSetting,
  type Received,
  type Tx,
  typed,
  UnauthenticatedError,
} from '../src/index.ts';

/** What counts further is refused by the work, not by its schema. */
const MOST = 1_000_000;

/** A service small enough to see the kit through: it counts what it is told, and tells what it counted. */
export const Added = defineEvent({
  type: 'count.added',
  version: 1,
  topic: 'source.events',
  data: z.object({ name: z.string(), by: z.int() }),
});
export const Counted = defineEvent({
  type: 'count.counted',
  version: 1,
  topic: 'counter.events',
  data: z.object({ name: z.string(), total: z.int(), note: personal(z.string()) }),
});

export type Count = {
  _id: string;
  organisationId: string;
  total: number;
  version: number;
  /** Events that are counted in, so that a repeat changes nothing. */
  seen?: string[];
  createdAt: Date;
};

/** Names that cannot be counted: what a deployed mistake refuses, until it is mended. */
export const refused = new Set(['poison']);

const createCount = z
  .strictObject({
    name: z.string().min(1),
    total: z
      .int()
      .min(0)
      .transform((total) => total),
  })
  .meta({ examples: [{ name: 'apples', total: 3 }] });
const CountView = z.object({ name: z.string(), total: z.int() });
const NamedCount = CountView.meta({ id: 'Count' });
const idQuery = z.object({
  by: z.uuid().optional().describe('whoever it was'),
  among: z.uuid().nullable().default(null),
  text: z.string().optional(),
});

export const counter = defineService({
  name: 'counter',
  config: { COUNTER_PORT: portSetting(0) },
  port: 'COUNTER_PORT',
  migrations: [
    {
      name: '001-counts',
      up: async (db) => {
        await collection(db, 'counts');
        await db.collection('counts').createIndex({ organisationId: 1, createdAt: -1, _id: -1 }, { name: 'list' });
      },
    },
  ],
  topics: ['source.events', 'counter.events'],
  deps: (base) => ({ ...base, counts: base.mongo.db.collection<Count>('counts') }),
  routes(app, deps) {
    const tags = { tags: ['counts'], security: [{ bearer: [] }] };
    typed(app).post(
      '/api/v1/counts',
      {
        config: { idempotent: true, roles: ['bookkeeper'], located: true, codes: { 422: ['total_too_large'] } },
        schema: { ...tags, body: createCount, response: { 201: CountView } },
      },
      async (request, reply) => {
        const { name, total } = request.body;
        if (total > MOST) throw new InvalidError('total_too_large', `count no further than ${MOST}`);
        await deps.counts.insertOne({
          _id: `${request.caller.organisationId}/${name}`,
          organisationId: request.caller.organisationId,
          total,
          version: 1,
          createdAt: deps.now(),
        });
        reply.headers({ etag: etagOf(1), location: `/api/v1/counts/${name}` });
        return reply.status(201).send({ name, total });
      },
    );
    typed(app).get(
      '/api/v1/counts',
      { schema: { ...tags, querystring: PageQuery, response: { 200: PageOf(CountView) } } },
      ({ caller, query }) =>
        listPage(deps.counts, { organisationId: caller.organisationId }, 'createdAt', query, (row) => ({
          name: row._id.split('/')[1] ?? '',
          total: row.total,
        })),
    );
    typed(app).post('/api/v1/counts/bulk', { schema: { ...tags, body: z.strictObject({}) } }, async () => ({}));
    typed(app).get(
      '/api/v1/counts/:name',
      {
        config: { tagged: true },
        schema: { ...tags, params: z.object({ name: z.string() }), response: { 200: NamedCount } },
      },
      async ({ caller, params: { name } }) => {
        const found = await deps.counts.findOne({ _id: `${caller.organisationId}/${name}` });
        if (!found) throw new NotFoundError('count_not_found', `there is no count ${name}`);
        return { name, total: found.total };
      },
    );
    typed(app).post(
      '/callbacks/count',
      { config: { public: true, callback: true }, schema: { querystring: z.looseObject({}) } },
      async () => ({ taken: true }),
    );
    typed(app).post(
      '/api/v1/counts/:name/reset',
      {
        config: { idempotent: true },
        schema: { ...tags, params: z.object({ name: z.string() }), headers: IfMatch, body: createCount.nullish() },
      },
      async () => ({ reset: true }),
    );
    typed(app).get(
      '/api/v1/ids/:id',
      { schema: { ...tags, params: z.object({ id: z.uuid() }), querystring: idQuery } },
      async ({ params, query }) => ({ ...params, ...query }),
    );
    const options = { ...tags, body: z.strictObject({ loud: z.boolean().optional() }) };
    typed(app).post('/api/v1/options', { schema: options }, async ({ body }) => body);
    typed(app).patch('/api/v1/options', { schema: options }, async ({ body }) => body);
    const some = { ...tags, body: options.body.meta({ minProperties: 1 }) };
    typed(app).post('/api/v1/options/some', { schema: some }, async ({ body }) => body);
    typed(app).post(
      '/api/v1/sign-in',
      { config: { public: true, credentials: true }, schema: { tags: ['session'] } },
      async () => {
        throw new UnauthenticatedError('credentials_wrong', 'try another password');
      },
    );
    typed(app).post(
      '/api/v1/echo',
      { config: { refers: true }, schema: { ...tags, body: createCount } },
      async (request) => ({
        cause: causeOf(request),
      }),
    );
  },
  subscriptions: (deps) => [
    { name: 'main', events: [Added], handle: (slice) => deps.relay.commit((tx) => count(deps, slice, tx)) },
  ],
});

type Deps = Base & { counts: import('../src/index.ts').Collection<Count> };

async function count(deps: Deps, slice: readonly Received[], { session, tell }: Tx): Promise<void> {
  for (const event of slice) {
    const { name, by } = Added.parse(event.data);
    if (refused.has(name)) throw new InvalidError('poison', 'cannot be counted');
    const now = deps.now();
    const found = await deps.counts.findOne({ _id: name }, { session });
    if (found?.seen?.includes(event.id)) continue;
    const total = (found?.total ?? 0) + by;
    const version = (found?.version ?? 0) + 1;
    const { organisationId } = event;
    await deps.counts.updateOne(
      { _id: name },
      { $set: { organisationId, total, version, createdAt: now }, $push: { seen: event.id } },
      { upsert: true, session },
    );
    const about = { organisationId, subject: { id: name, version }, at: now, cause: event.cause };
    tell(Counted.create({ name, total, note: 'private' }, about));
  }
}
