import { tcpProxy } from '@malipo/test-kit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Identity, registration, startIdentity } from './support.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await startIdentity({ MALIPO_LOGIN_ATTEMPTS: '3', MALIPO_TRUST_PROXY: '127.0.0.1' });
});
afterAll(() => identity.stop());

const refresh = (refreshToken: string) => identity.post('/api/v1/auth/refresh', { refreshToken });
const logIn = (email: string, password: string) => identity.post('/api/v1/auth/login', { email, password });

describe('registering', () => {
  test('makes an organisation with its owner, and signs in', async () => {
    const { status, body, headers } = await identity.register({ email: 'Owner@Example.co.ke', locale: 'sw' });
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({
      expiresIn: 900,
      organisation: { name: 'Mama Mboga Ltd', locale: 'sw', version: 1 },
      user: { email: 'owner@example.co.ke', role: 'owner', status: 'active' },
    });
    expect(JSON.stringify(body)).not.toMatch(/argon2|password/i);
    const me = await identity.get('/api/v1/auth/me', body.accessToken);
    expect(me).toMatchObject({ status: 200, body: { organisation: body.organisation, user: body.user } });
  });

  test('takes an e-mail address with a space at an end, as phone keyboards write it, and so does signing in', async () => {
    const { status, body } = await identity.register({ email: ' Phone@example.co.ke ' });
    expect(status).toBe(201);
    expect(body.user.email).toBe('phone@example.co.ke');
    expect((await logIn('phone@example.co.ke ', registration().password)).status).toBe(200);
    expect(await identity.register({ email: 'phone@example.co.ke\u00a0' })).toMatchObject({ status: 409 });
  });

  test('with the same e-mail address, five at once and in any case, makes one organisation', async () => {
    const emails = ['Same@x.co.ke', 'same@x.co.ke', 'SAME@X.CO.KE', 'sAme@x.co.ke', 'same@X.co.ke'];
    const answers = await Promise.all(emails.map((email) => identity.register({ email })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body).toMatchObject({ code: 'email_taken' });
    expect((await logIn('same@x.co.ke', registration().password)).status).toBe(200);
  });

  test.each([
    ['a short password', { password: 'short' }, '#/password'],
    ['no address', { email: 'grace' }, '#/email'],
    ['a space within an address', { email: 'grace @example.co.ke' }, '#/email'],
    ['an operator for a name', { name: { $gt: '' } }, '#/name'],
    ['an empty organisation', { organisationName: '  ' }, '#/organisationName'],
    ['a field nobody knows', { admin: true }, '#/admin'],
  ])('refuses %s', async (_what, over, pointer) => {
    const { status, body } = await identity.register(over);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'validation_failed', errors: [expect.objectContaining({ pointer })] });
  });
});

describe('signing in', () => {
  test('an unknown address and a wrong password get the same answer', async () => {
    const { body } = await identity.register();
    const [wrong, unknown] = [await logIn(body.user.email, 'not the password'), await logIn('x@y.co.ke', 'whatever')];
    expect(wrong.status).toBe(401);
    const { instance: _, traceId: __, ...told } = wrong.body;
    expect(unknown).toMatchObject({ status: 401, body: { ...told, code: 'credentials_wrong' } });
  });

  test('after too many wrong passwords even the right one has to wait; a success starts anew', async () => {
    const { email, password } = registration();
    await identity.register({ email, password });
    await logIn(email, 'wrong 1');
    expect((await logIn(email, password)).status).toBe(200);
    for (const attempt of ['wrong 1', 'wrong 2', 'wrong 3']) expect((await logIn(email, attempt)).status).toBe(401);
    const refused = await logIn(email, password);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60);
  });

  test('counts wrong passwords from all addresses of one IPv6 network together', async () => {
    const { email } = registration();
    await identity.register({ email });
    const guess = async (from: string) => {
      const headers = { 'x-forwarded-for': from };
      return (await identity.post('/api/v1/auth/login', { email, password: 'wrong' }, { headers })).status;
    };
    const statuses = [];
    for (const end of [':1', ':2', 'dead:beef:0:3', ':4']) statuses.push(await guess(`2001:db8:1:2:${end}`));
    expect(statuses).toEqual([401, 401, 401, 429]);
    expect(await guess('2001:db8:1:3::1')).toBe(401);
  });

  test('bounds guesses from many networks, of an account and of none alike, and lets its owner in from where it was', async () => {
    const apart = await startIdentity({ MALIPO_LOGIN_GUESSES: '4', MALIPO_TRUST_PROXY: '127.0.0.1' });
    const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
    const { email, password } = registration();
    const home = from('196.201.214.1');
    await apart.post('/api/v1/auth/register', registration({ email, password }), home);
    const tryAt = (address: string, text: string, where: object) =>
      apart.post('/api/v1/auth/login', { email: address, password: text }, where);
    await tryAt(email, 'wrong', from('41.90.0.9'));
    expect((await tryAt(email, password, from('41.90.0.8'))).status).toBe(200);
    for (const address of [email, 'nobody@example.co.ke']) {
      const guesses = Array.from({ length: 9 }, (_, index) => tryAt(address, 'wrong', from(`41.90.1.${index}`)));
      const refused = (await Promise.all(guesses)).filter(({ status }) => status === 429);
      expect(refused).toHaveLength(address === email ? 6 : 5);
      expect(refused[0]?.body).toMatchObject({ code: 'too_many_attempts' });
      expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(3600);
    }
    expect((await tryAt(email, password, from('41.90.2.1'))).status).toBe(429);
    for (const known of [home, from('41.90.0.8')]) expect((await tryAt(email, password, known)).status).toBe(200);
    await apart.stop();
  });

  test('lets in all who come at once with the right password', async () => {
    const { email, password } = registration();
    await identity.register({ email, password });
    await logIn(email, 'wrong 1');
    const answers = await Promise.all(Array.from({ length: 15 }, () => logIn(email, password)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(15).fill(200));
  });

  test('looks at no more wrong passwords than allowed, however many come at once', async () => {
    const { email, password } = registration();
    await identity.register({ email, password });
    const answers = await Promise.all(Array.from({ length: 15 }, (_, index) => logIn(email, `wrong ${index}`)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(3).fill(401), ...Array(12).fill(429)]);
    expect((await logIn(email, password)).status).toBe(429);
  });

  test('tells nothing by its limit of an account that is locked', async () => {
    const { body: owner } = await identity.register();
    const { email, password, name } = registration();
    const token = owner.accessToken;
    const { body: user } = await identity.post('/api/v1/users', { email, password, name, role: 'viewer' }, { token });
    await identity.call('PATCH', `/api/v1/users/${user.id}`, { token, body: { active: false } });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await logIn(email, password)).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  test('goes on without Redis', async () => {
    const redis = await tcpProxy(Number(new URL(inject('stack').redisUrl).port));
    const apart = await startIdentity({ MALIPO_REDIS_URL: `redis://127.0.0.1:${redis.port}` });
    const { email, password } = registration();
    await apart.register({ email, password });
    redis.cut();
    for (let count = 0; count < 12; count++) await apart.post('/api/v1/auth/login', { email, password: 'wrong' });
    expect(await apart.post('/api/v1/auth/login', { email, password })).toMatchObject({ status: 200 });
    await apart.stop();
    await redis.close();
  });
});

describe('refresh tokens', () => {
  test('work once, and each answer carries the next', async () => {
    const { body: first } = await identity.register();
    const { body: second } = await refresh(first.refreshToken);
    const { status, body: third } = await refresh(second.refreshToken);
    expect(status).toBe(200);
    expect(new Set([first, second, third].map((one) => one.refreshToken)).size).toBe(3);
    expect((await identity.get('/api/v1/auth/me', third.accessToken)).status).toBe(200);
  });

  test('a copied one ends the whole family, and no other', async () => {
    const { body: first } = await identity.register();
    const { body: elsewhere } = await logIn(first.user.email, registration().password);
    const { body: second } = await refresh(first.refreshToken);
    const { body: third } = await refresh(second.refreshToken);
    expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: 'refresh_token_reused' } });
    expect(await refresh(third.refreshToken)).toMatchObject({ status: 401, body: { code: 'session_ended' } });
    expect((await refresh(elsewhere.refreshToken)).status).toBe(200);
  });

  test('a lost answer can be had again for ten seconds, with the same successor', async () => {
    const { body: first } = await identity.register();
    const answers = await Promise.all(Array.from({ length: 4 }, () => refresh(first.refreshToken)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.body.refreshToken)).size).toBe(1);
    identity.moveOn(10_500);
    expect((await refresh(first.refreshToken)).body.code).toBe('refresh_token_reused');
    expect((await refresh(answers[0]?.body.refreshToken)).body.code).toBe('session_ended');
  });

  test('end with signing out, with time, and are refused where they are not ours', async () => {
    const { body: first } = await identity.register();
    expect((await identity.post('/api/v1/auth/logout', { refreshToken: first.refreshToken })).status).toBe(204);
    expect((await identity.post('/api/v1/auth/logout', { refreshToken: first.refreshToken })).status).toBe(204);
    expect((await refresh(first.refreshToken)).body.code).toBe('session_ended');
    const { body: second } = await identity.register();
    identity.moveOn(31 * 86_400_000);
    expect((await refresh(second.refreshToken)).body.code).toMatch(/session_ended|refresh_token_invalid/);
    for (const token of ['nonsense', `${'a'.repeat(22)}.${'b'.repeat(43)}`])
      expect((await refresh(token)).body.code).toBe('refresh_token_invalid');
  });
});
