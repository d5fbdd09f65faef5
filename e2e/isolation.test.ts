import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Business, openBusiness } from './src/business.ts';
import { openLiveStream } from './src/live-stream.ts';
import {
  type ApiDocument,
  fieldsOf,
  fill,
  isId,
  type Operation,
  operationsOf,
  readDocument,
  resolved,
  type Schema,
  sample,
  withField,
} from './src/openapi.ts';
import { startPlatform, type TestPlatform } from './src/platform.ts';
import { type Ask, ask, inParallel } from './src/request.ts';
import { idOf, idsFor, nearestIds, onlyIn, readEverything, type VisibleData } from './src/visible-data.ts';

const SOON = { timeout: 20_000, interval: 50 };
const WIDTH = 12;

/** Routes that anybody may call, since they are how one gets a token, or checks one. */
const OPEN = [
  'GET /.well-known/jwks.json',
  'POST /api/v1/auth/accept-invite',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/logout',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/register',
];
/** Asks without changing anything, so whoever may read may ask. */
const READING_POSTS = ['POST /api/v1/reconciliation/match-payment'];
/** Hold secrets, or payers' raw messages: not for viewers. */
const CONFIDENTIAL = /\/(callback-urls|unreadable-callbacks|raw)$/;

let platform: TestPlatform;
let document: ApiDocument;
let operations: Operation[];
let ours: { business: Business; data: VisibleData };
let theirs: { business: Business; data: VisibleData };
let viewer: string;
/** What only they know: ids, names, numbers, receipts, secrets. */
let marks: string[];

beforeAll(async () => {
  platform = await startPlatform();
  const [a, b] = [await furnish('Alpha School'), await furnish('Bravo Clinic')];
  document = await readDocument(platform.url);
  operations = operationsOf(document);
  ours = { business: a, data: await settled(a) };
  theirs = { business: b, data: await settled(b) };
  viewer = await signInViewer(a);
  marks = onlyIn(theirs.data, ours.data);
});
afterAll(() => platform?.stop());

const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-12-31T00:00:00Z' };

/** A business with something of every kind. */
async function furnish(name: string): Promise<Business> {
  const business = await openBusiness(platform, name);
  const [open, paid, asked] = [await business.bill(3_500), await business.bill(1_500), await business.bill(2_500)];
  await business.payBill(paid);
  await business.pay({ amount: 432, reference: `${name} unknown`, phone: '0799999999', names: { first: name } });
  platform.sandbox.mpesa.payer(asked.phone).next({ stk: 'hold' });
  await business.api.post('/api/v1/payment-requests', { invoiceId: asked.id, phone: asked.phone, amountCents: 5_000 });
  await business.api.post('/api/v1/invoices', {
    customerId: open.customerId,
    lines: [{ description: `${name} draft`, unitPriceCents: 9_900 }],
  });
  await business.api.post('/api/v1/reconciliation/runs', { ...PERIOD, dryRun: true });
  await ask(business.callbackUrls.confirmation, { method: 'POST', body: `unreadable, of ${name}` });
  return business;
}

/** All that is visible, once everything that was set off has come to its end. */
async function settled({ token, api }: Business): Promise<VisibleData> {
  let last: VisibleData | undefined;
  return vi.waitFor(async () => {
    const { data } = await api.get<{ data: { status: string }[] }>('/api/v1/notifications');
    const { unresolved } = await api.get<{ unresolved: { count: number } }>('/api/v1/reconciliation/status');
    const before = last;
    last = await readEverything(platform.url, token, operations);
    expect(data.map((one) => one.status)).toContain('delivered');
    expect(unresolved.count).toBe(1);
    expect([...last.answers]).toEqual([...(before?.answers ?? [])]);
    return last;
  }, SOON);
}

async function signInViewer({ api, email }: Business): Promise<string> {
  const credentials = { email: `viewer.${email}`, password: 'only looking 1' };
  await api.post('/api/v1/users', { name: 'Only Looking', role: 'viewer', ...credentials });
  return (await platform.api.post<{ accessToken: string }>('/api/v1/auth/login', credentials)).accessToken;
}

type Case = Ask & { name: string; path: string; sent: readonly string[] };

const send = ({ path, ...request }: Case) => ask(`${platform.url}${path}`, request);

/** Marks of theirs in a good answer, other than those that the request named itself. */
const leaked = (text: string, sent: readonly string[]) =>
  marks.filter((mark) => text.includes(mark) && !sent.includes(mark));

/** All cases that were answered as if the data were the caller's own, in words. */
async function leaks(cases: readonly Case[], isRefusal: boolean): Promise<string[]> {
  const found: string[] = [];
  await inParallel(cases, WIDTH, async (one) => {
    const { status, text, json } = await send(one);
    const made = (json as { created?: number; done?: number } | undefined) ?? {};
    const created = made.created ?? made.done;
    if (status >= 500) found.push(`${one.name}: ${status} ${text}`);
    else if (status < 300 && isRefusal && created !== 0) found.push(`${one.name}: ${status} instead of a refusal`);
    else if (status < 300 && leaked(text, one.sent).length > 0)
      found.push(`${one.name}: shows ${leaked(text, one.sent)}`);
  });
  return found;
}

const containsId = (schema: Schema): boolean => {
  const here = resolved(document, schema);
  return isId('', here) || fieldsOf(document, here).some(({ at, schema: field }) => isId(at.at(-1) ?? '', field));
};

const ownId = (name: string, schema: Schema): string | undefined =>
  isId(name, schema) ? (idOf(ours.data, name) ?? ours.data.ids[0]) : undefined;

/** A body that is right for us: what is required, and whatever names something of ours. */
const ownBody = (operation: Operation): unknown =>
  operation.body &&
  sample(document, operation.body, {
    wants: containsId,
    pick: ownId,
  });

/** Bodies with one id in them that is not ours: beside all that is right, and alone. */
function foreignBodies(operation: Operation, id: string): unknown[] {
  const { body } = operation;
  if (!body) return [];
  const required = sample(document, body, { wants: () => false, pick: ownId });
  return idFields(operation).flatMap(({ at }) => [
    withField(ownBody(operation), at, id),
    ...(at.length === 1 ? [withField(required, at, id)] : []),
  ]);
}

const idFields = ({ body }: Operation) =>
  body ? fieldsOf(document, body).filter(({ at, schema }) => isId(at.at(-1) ?? '', resolved(document, schema))) : [];

const oursOnPath = (path: string): string[] => (path.includes('{') ? nearestIds(ours.data, path) : ['']);

const request = (operation: Operation, path: string, body: unknown, token: string, sent: readonly string[]): Case => ({
  name: `${operation.name} as ${path} with ${JSON.stringify(body)}`,
  method: operation.method,
  path,
  token,
  body,
  sent,
});

test('the two have data of every kind, and nothing in common', () => {
  const kinds = [...theirs.data.rows].map(([path, ids]) => ({ path, empty: ids.length === 0 }));
  expect(kinds.filter((one) => one.empty)).toEqual([]);
  expect(kinds.length).toBeGreaterThanOrEqual(8);
  expect(marks).toEqual(expect.arrayContaining([theirs.business.organisationId, theirs.business.channelId]));
  expect(ours.data.ids.filter((id) => theirs.data.ids.includes(id))).toEqual([]);
});

describe('another organisation’s', () => {
  test('ids in a path lead nowhere', async () => {
    const cases = operations
      .filter((one) => one.path.includes('{') && one.guarded)
      .flatMap((one) =>
        theirs.data.ids.map((id) =>
          request(
            one,
            fill(one.path, () => id),
            ownBody(one),
            ours.business.token,
            [id],
          ),
        ),
      );
    expect(cases.length).toBeGreaterThan(100);
    expect(await leaks(cases, true)).toEqual([]);
  });

  test('ids and words in a query find nothing of theirs', async () => {
    const words = marks.filter((mark) => mark.length <= 60);
    const cases = operations
      .filter((one) => one.method === 'GET' && one.guarded && !one.streams)
      .flatMap((one) =>
        one.parameters.filter((parameter) => parameter.in === 'query').map((parameter) => ({ one, parameter })),
      )
      .filter(
        ({ parameter }) => parameter.schema.type === 'string' && !parameter.schema.enum && parameter.name !== 'cursor',
      )
      .flatMap(({ one, parameter }) =>
        words.map((word) => {
          const [id = ''] = oursOnPath(one.path);
          const path = `${fill(one.path, () => id)}?${parameter.name}=${encodeURIComponent(word)}`;
          return request(one, path, undefined, ours.business.token, [word]);
        }),
      );
    expect(cases.length).toBeGreaterThan(100);
    expect(await leaks(cases, false)).toEqual([]);
  });

  test('cursors open no page of theirs', async () => {
    const paged = operations.filter(
      (one) => one.guarded && one.parameters.some((parameter) => parameter.name === 'cursor'),
    );
    const cases: Case[] = [];
    for (const one of paged) {
      for (const id of one.path.includes('{') ? idsFor(theirs.data, one.path) : ['']) {
        const page = await ask(`${platform.url}${fill(one.path, () => id)}?limit=1`, { token: theirs.business.token });
        const next = (page.json as { page: { next: string | null } }).page.next;
        const path = fill(one.path, () => oursOnPath(one.path)[0] ?? '');
        if (next) cases.push(request(one, `${path}?cursor=${next}`, undefined, ours.business.token, []));
      }
    }
    expect(cases.length).toBeGreaterThanOrEqual(3);
    expect(await leaks(cases, false)).toEqual([]);
  });

  test('ids in a body are refused, and ours in their place are not', async () => {
    const writes = operations.filter((one) => one.guarded && idFields(one).length > 0);
    const cases = writes.flatMap((one) =>
      oursOnPath(one.path).flatMap((own) =>
        theirs.data.ids.flatMap((id) =>
          foreignBodies(one, id).map((body) =>
            request(
              one,
              fill(one.path, () => own),
              body,
              ours.business.token,
              [id],
            ),
          ),
        ),
      ),
    );
    expect(cases.length).toBeGreaterThan(100);
    expect(await leaks(cases, true)).toEqual([]);
    for (const one of writes) {
      const statuses = await Promise.all(
        oursOnPath(one.path).map(async (own) => {
          const control = request(
            one,
            fill(one.path, () => own),
            ownBody(one),
            ours.business.token,
            [],
          );
          return (await send(control)).status;
        }),
      );
      expect(
        statuses.map((status) => status < 300),
        `${one.name} with our own ids: ${statuses}`,
      ).toContain(true);
    }
  });

  test('live events are not heard', async () => {
    const [own, other] = [
      await openLiveStream(platform.url, ours.business.token),
      await openLiveStream(platform.url, theirs.business.token),
    ];
    await theirs.business.pay({ amount: 11, reference: 'theirs' });
    await ours.business.pay({ amount: 12, reference: 'ours' });
    await expect
      .poll(
        () =>
          [own, other].map(
            (stream) => stream.types().has('payment.unmatched') || stream.types().has('payment.needs-review'),
          ),
        SOON,
      )
      .toEqual([true, true]);
    expect(leaked(own.text(), [])).toEqual([]);
    expect(other.messages.map(({ id }) => id).filter((id) => own.text().includes(id))).toEqual([]);
    await Promise.all([own.close(), other.close()]);
  });

  test('callback address does not open with our secret', async () => {
    const secret = /[0-9a-f]{32}(?=\/c2b)/;
    const [mine] = secret.exec(ours.business.callbackUrls.confirmation) ?? [''];
    for (const url of Object.values(theirs.business.callbackUrls)) {
      const answer = await ask(url.replace(/(?<=\/)[0-9a-f]{32}(?=\/)/, mine), {
        method: 'POST',
        body: { TransID: 'X' },
      });
      expect(answer.status).toBe(404);
    }
  });
});

describe('who may', () => {
  const withoutToken = (token: string | undefined) =>
    operations
      .filter((one) => one.guarded)
      .flatMap((one) => {
        const path = fill(one.path, () => oursOnPath(one.path)[0] ?? '');
        return { ...request(one, path, ownBody(one), '', []), token };
      });

  test('only what leads to a token needs none', () => {
    expect(
      operations
        .filter((one) => !one.guarded)
        .map((one) => one.name)
        .toSorted(),
    ).toEqual(OPEN);
  });

  test.each([
    ['no token', undefined],
    ['a token that is none', 'eyJhbGciOiJub25lIn0.e30.'],
  ])('every other route answers 401 to %s', async (_what, token) => {
    const wrong: string[] = [];
    await inParallel(withoutToken(token), WIDTH, async (one) => {
      const { status, type } = await send(one);
      if (status !== 401 || !type.startsWith('application/problem+json')) wrong.push(`${one.name}: ${status}`);
    });
    expect(wrong).toEqual([]);
  });

  test('a viewer changes nothing and sees no secrets', async () => {
    const cases = operations
      .filter((one) => one.guarded && !READING_POSTS.includes(one.name))
      .filter((one) => one.method !== 'GET' || CONFIDENTIAL.test(one.path))
      .flatMap((one) =>
        oursOnPath(one.path).map((id) =>
          request(
            one,
            fill(one.path, () => id),
            ownBody(one),
            viewer,
            [],
          ),
        ),
      );
    const wrong: string[] = [];
    await inParallel(cases, WIDTH, async (one) => {
      const { status } = await send(one);
      if (status !== 403) wrong.push(`${one.name}: ${status}`);
    });
    expect(wrong).toEqual([]);
    const reads = await readEverything(platform.url, viewer, operations);
    expect(reads.rows.get('/api/v1/invoices')?.length).toBeGreaterThan(0);
  });
});

test('after all that we see nothing of theirs, and theirs is as it was', async () => {
  const [mine, now] = [
    await readEverything(platform.url, ours.business.token, operations),
    await readEverything(platform.url, theirs.business.token, operations),
  ];
  expect(marks.filter((mark) => mine.words.has(mark))).toEqual([]);
  for (const list of ['customers', 'invoices', 'payment-channels', 'payment-requests', 'users', 'notifications'])
    expect(now.rows.get(`/api/v1/${list}`), list).toEqual(theirs.data.rows.get(`/api/v1/${list}`));
  const changed = [...theirs.data.answers].filter(
    ([path, answer]) => path.match(/[0-9a-f-]{36}/) && JSON.stringify(now.answers.get(path)) !== JSON.stringify(answer),
  );
  expect(changed.map(([path]) => path)).toEqual([]);
});
