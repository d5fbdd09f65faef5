import { collectTopic, tcpProxy } from '@malipo/test-kit';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { type Identity, registration, startIdentity } from './support.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const patch = (path: string, token: string, body: object, headers: Record<string, string> = {}) =>
  identity.call('PATCH', path, { token, body, headers });

type Member = { id: string; email: string; accessToken: string; refreshToken: string };

/** Adds a user and signs that user in. */
async function member(owner: string, role: string) {
  const { email, password, name } = registration();
  const { status, body } = await identity.post('/api/v1/users', { email, password, name, role }, { token: owner });
  expect(status).toBe(201);
  const session = await identity.post('/api/v1/auth/login', { email, password });
  return { id: body.id as string, email, ...session.body } as Member;
}

describe('the organisation', () => {
  test('is created and changed in public: each change is an event with the next version', async () => {
    const events = await collectTopic(identity.slice, 'identity.events');
    const { body: session } = await identity.register();
    const { id } = session.organisation;
    await patch('/api/v1/organisation', session.accessToken, { name: 'Duka Moja', locale: 'sw' });
    await patch('/api/v1/organisation', session.accessToken, { name: 'Duka Moja' });
    const seen = () => events.events.filter((event) => event.organisationId === id);
    await expect.poll(() => seen().length).toBe(2);
    expect(seen()).toMatchObject([
      { type: 'organisation.created', subject: { id, version: 1 }, data: { name: 'Mama Mboga Ltd', locale: 'en' } },
      { type: 'organisation.updated', subject: { id, version: 2 }, data: { name: 'Duka Moja', locale: 'sw' } },
    ]);
    await events.close();
  });

  test('is changed only by who saw its latest version, where that is asked for', async () => {
    const { accessToken } = (await identity.register()).body;
    const { headers } = await identity.get('/api/v1/organisation', accessToken);
    const match = { 'if-match': String(headers['etag']) };
    const answers = await Promise.all(
      ['A', 'B', 'C'].map((name) => patch('/api/v1/organisation', accessToken, { name }, match)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412]);
    expect(answers.find(({ status }) => status === 412)?.body.code).toBe('version_stale');
    expect(await patch('/api/v1/organisation', accessToken, {}, { 'if-match': '"1", "2"' })).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
    });
    expect(await patch('/api/v1/organisation', accessToken, {}, { 'if-match': 'W/x' })).toMatchObject({
      status: 422,
      body: { code: 'if_match_invalid' },
    });
  });
});

describe('users', () => {
  test('do what their role allows', async () => {
    const { accessToken: owner } = (await identity.register()).body;
    const [admin, bookkeeper, viewer] = await Promise.all(
      ['admin', 'bookkeeper', 'viewer'].map((role) => member(owner, role)),
    );
    const rename = (who: { accessToken: string } | undefined) =>
      patch('/api/v1/organisation', who?.accessToken ?? '', { name: 'New' });
    expect((await rename(admin)).status).toBe(200);
    for (const who of [bookkeeper, viewer]) {
      expect(await rename(who)).toMatchObject({ status: 403, body: { code: 'role_missing' } });
      expect((await identity.get('/api/v1/users', who?.accessToken)).body.data).toHaveLength(4);
    }
    const promotion = await patch(`/api/v1/users/${admin?.id}`, admin?.accessToken ?? '', { role: 'owner' });
    expect(promotion).toMatchObject({ status: 403, body: { code: 'owner_only' } });
    const { email, password, name } = registration();
    const another = { email, password, name, role: 'owner' };
    const added = await identity.post('/api/v1/users', another, { token: admin?.accessToken ?? '' });
    expect(added).toMatchObject({ status: 403, body: { code: 'owner_only' } });
  });

  test('of another organisation are not there', async () => {
    const [ours, theirs] = [(await identity.register()).body, (await identity.register()).body];
    const answer = await patch(`/api/v1/users/${theirs.user.id}`, ours.accessToken, { name: 'Mine' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
    const { body } = await identity.get('/api/v1/users', ours.accessToken);
    expect(body.data.map((user: { id: string }) => user.id)).toEqual([ours.user.id]);
  });

  test('that are changed into what they are keep their version', async () => {
    const { accessToken: owner } = (await identity.register()).body;
    const { id } = await member(owner, 'viewer');
    for (const same of [{}, { role: 'viewer', active: true, name: 'Grace Wanjiru' }])
      expect(await patch(`/api/v1/users/${id}`, owner, same)).toMatchObject({ status: 200, headers: { etag: '"1"' } });
  });

  test('that are locked out are signed out, and nobody else', async () => {
    const { accessToken: owner, refreshToken: owners } = (await identity.register()).body;
    const user = await member(owner, 'bookkeeper');
    const locked = await patch(`/api/v1/users/${user.id}`, owner, { active: false }, { 'if-match': '"1"' });
    expect(locked).toMatchObject({ status: 200, body: { status: 'deactivated', version: 2 } });
    const list = async (query: string) =>
      (await identity.get(`/api/v1/users?${query}`, owner)).body.data.map(({ id }: { id: string }) => id);
    expect([await list('status=deactivated'), await list('role=bookkeeper')]).toEqual([[user.id], [user.id]]);
    expect([await list('status=active&role=owner'), await list('status=invited')]).toMatchObject([{ length: 1 }, []]);
    const { refreshToken } = user;
    expect((await identity.post('/api/v1/auth/refresh', { refreshToken })).body.code).toBe('session_ended');
    expect((await identity.get('/api/v1/auth/me', user.accessToken)).body.code).toBe('user_inactive');
    expect((await identity.post('/api/v1/auth/refresh', { refreshToken: owners })).status).toBe(200);
  });

  test('that come back sign in anew, also who had begun to as they were locked out', async () => {
    const { accessToken: owner } = (await identity.register()).body;
    const user = await member(owner, 'bookkeeper');
    const login = () => identity.post('/api/v1/auth/login', { email: user.email, password: registration().password });
    const setActive = (active: boolean) => patch(`/api/v1/users/${user.id}`, owner, { active });
    const [begun, locked] = await Promise.all([login(), setActive(false)]);
    expect([locked.status, (await setActive(true)).status]).toEqual([200, 200]);
    for (const refreshToken of [user.refreshToken, begun.body.refreshToken ?? user.refreshToken])
      expect((await identity.post('/api/v1/auth/refresh', { refreshToken })).body.code).toBe('session_ended');
    expect((await login()).status).toBe(200);
  });

  test('that are locked out get no further tokens, also where their session is written only afterwards', async () => {
    const database = await tcpProxy(Number(/:(\d+)/.exec(inject('stack').mongoUrl.replace('mongodb://', ''))?.[1]));
    const apart = await startIdentity(
      { MALIPO_MONGO_URL: `mongodb://127.0.0.1:${database.port}/?directConnection=true` },
      identity.slice,
    );
    onTestFinished(() => apart.running.stop().then(database.close));
    const { accessToken: owner } = (await identity.register()).body;
    const { id, email } = await member(owner, 'bookkeeper');
    const reached = database.hold(id);
    const begun = apart.post('/api/v1/auth/login', { email, password: registration().password });
    await reached;
    expect((await patch(`/api/v1/users/${id}`, owner, { active: false })).status).toBe(200);
    database.restore();
    const { status, body } = await begun;
    expect(status).toBe(200);
    const { refreshToken } = body;
    expect(await identity.post('/api/v1/auth/refresh', { refreshToken })).toMatchObject({
      status: 401,
      body: { code: 'user_inactive' },
    });
  });

  test('two owners who remove each other at once leave one', async () => {
    const { accessToken: first, user } = (await identity.register()).body;
    const second = await member(first, 'owner');
    const answers = await Promise.all([
      patch(`/api/v1/users/${second.id}`, first, { role: 'viewer' }),
      patch(`/api/v1/users/${user.id}`, second.accessToken, { role: 'viewer' }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 403]);
    expect(answers.find((answer) => answer.status === 403)?.body.code).toBe('role_missing');
  });

  test('that are changed forty times at once have every change', async () => {
    const { accessToken: owner } = (await identity.register()).body;
    const user = await member(owner, 'viewer');
    const names = Array.from({ length: 40 }, (_, index) => `Grace ${index}`);
    const answers = await Promise.all(names.map((name) => patch(`/api/v1/users/${user.id}`, owner, { name })));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const versions = answers.map(({ body }) => body.version).sort((one, other) => one - other);
    expect(versions).toEqual(names.map((_, index) => index + 2));
  });

  test('the last owner stays one, beside one who is locked out', async () => {
    const { accessToken, user } = (await identity.register()).body;
    const { id } = await member(accessToken, 'owner');
    expect((await patch(`/api/v1/users/${id}`, accessToken, { active: false })).status).toBe(200);
    for (const change of [{ role: 'viewer' }, { active: false }])
      expect(await patch(`/api/v1/users/${user.id}`, accessToken, change)).toMatchObject({
        status: 409,
        body: { code: 'last_owner' },
      });
  });

  describe.each([
    ['owner', { role: 'viewer' }, 403, 'role_missing'],
    ['admin', { active: false }, 401, 'user_inactive'],
  ])('%s who was changed to %o', (role, change, status, code) => {
    test('takes nothing back by a token of before', async () => {
      const { accessToken: owner } = (await identity.register()).body;
      const { id, accessToken } = await member(owner, role);
      await patch(`/api/v1/users/${id}`, owner, change);
      const accomplice = { ...registration(), organisationName: undefined, role: 'admin' };
      const answers = [
        await patch(`/api/v1/users/${id}`, accessToken, { role, active: true }),
        await identity.post('/api/v1/users', accomplice, { token: accessToken }),
        await patch('/api/v1/organisation', accessToken, { name: 'Mine' }),
      ];
      for (const answer of answers) expect(answer).toMatchObject({ status, body: { code } });
      expect((await identity.get('/api/v1/users', owner)).body.data).toHaveLength(2);
    });
  });
});
