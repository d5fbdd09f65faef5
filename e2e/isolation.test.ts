import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Business } from './src/business.ts';
import { furnish, settled, signInViewer } from './src/furnished.ts';
import { type Case, leaked, leaksOf, request, send } from './src/leaks.ts';
import { openLiveStream } from './src/live-stream.ts';
import { fill, type Operation, operationsOf, readDocument, vocabularyOf } from './src/openapi.ts';
import { createOwnRequests, type OwnRequests } from './src/own-requests.ts';
import { startPlatform, type TestPlatform } from './src/platform.ts';
import { ask, inParallel } from './src/request.ts';
import { idsFor, onlyIn, readEverything, type VisibleData } from './src/visible-data.ts';

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
let operations: Operation[];
let ours: { business: Business; data: VisibleData };
let theirs: { business: Business; data: VisibleData };
let viewer: string;
let own: OwnRequests;
/** What only they know: ids, names, numbers, receipts, secrets. */
let marks: string[];

beforeAll(async () => {
  platform = await startPlatform();
  const [a, b] = [await furnish(platform, 'Alpha School'), await furnish(platform, 'Bravo Clinic')];
  const document = await readDocument(platform.url);
  operations = operationsOf(document);
  ours = { business: a, data: await settled(platform.url, a, operations) };
  theirs = { business: b, data: await settled(platform.url, b, operations) };
  viewer = await signInViewer(platform, a);
  own = createOwnRequests(document, ours.data);
  const vocabulary = vocabularyOf(document);
  marks = onlyIn(theirs.data, ours.data).filter((word) => !vocabulary.has(word));
});
afterAll(() => platform?.stop());

const leaks = (cases: readonly Case[], isRefusal: boolean) => leaksOf(platform.url, marks, cases, isRefusal);

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
            own.body(one),
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
          const [id = ''] = own.idsOnPath(one.path);
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
        const path = fill(one.path, () => own.idsOnPath(one.path)[0] ?? '');
        if (next) cases.push(request(one, `${path}?cursor=${next}`, undefined, ours.business.token, []));
      }
    }
    expect(cases.length).toBeGreaterThanOrEqual(3);
    expect(await leaks(cases, false)).toEqual([]);
  });

  test('ids in a body are refused, and ours in their place are not', async () => {
    const writes = operations.filter((one) => one.guarded && own.idFields(one).length > 0);
    const cases = writes.flatMap((one) =>
      own.idsOnPath(one.path).flatMap((ownId) =>
        theirs.data.ids.flatMap((id) =>
          own.foreignBodies(one, id).map((body) =>
            request(
              one,
              fill(one.path, () => ownId),
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
        own.idsOnPath(one.path).map(async (ownId) => {
          const control = request(
            one,
            fill(one.path, () => ownId),
            own.body(one),
            ours.business.token,
            [],
          );
          return (await send(platform.url, control)).status;
        }),
      );
      expect(
        statuses.map((status) => status < 300),
        `${one.name} with our own ids: ${statuses}`,
      ).toContain(true);
    }
  });

  test('live events are not heard', async () => {
    const [mine, other] = [
      await openLiveStream(platform.url, ours.business.token),
      await openLiveStream(platform.url, theirs.business.token),
    ];
    await theirs.business.pay({ amount: 11, reference: 'theirs' });
    await ours.business.pay({ amount: 12, reference: 'ours' });
    await expect
      .poll(() =>
        [mine, other].map(
          (stream) => stream.types().has('payment.unmatched') || stream.types().has('payment.needs-review'),
        ),
      )
      .toEqual([true, true]);
    expect(leaked(marks, mine.text(), [])).toEqual([]);
    expect(other.messages.map(({ id }) => id).filter((id) => mine.text().includes(id))).toEqual([]);
    await Promise.all([mine.close(), other.close()]);
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
        const path = fill(one.path, () => own.idsOnPath(one.path)[0] ?? '');
        return { ...request(one, path, own.body(one), '', []), token };
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
      const { status, type } = await send(platform.url, one);
      if (status !== 401 || !type.startsWith('application/problem+json')) wrong.push(`${one.name}: ${status}`);
    });
    expect(wrong).toEqual([]);
  });

  test('a viewer changes nothing and sees no secrets', async () => {
    const cases = operations
      .filter((one) => one.guarded && !READING_POSTS.includes(one.name))
      .filter((one) => one.method !== 'GET' || CONFIDENTIAL.test(one.path))
      .flatMap((one) =>
        own.idsOnPath(one.path).map((id) =>
          request(
            one,
            fill(one.path, () => id),
            own.body(one),
            viewer,
            [],
          ),
        ),
      );
    const wrong: string[] = [];
    await inParallel(cases, WIDTH, async (one) => {
      const { status } = await send(platform.url, one);
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
