import { eventually, testKeys } from '@malipo/test-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { remoteVerifier } from '../src/http/auth.ts';

const MINUTE_MS = 60_000;
const ORGANISATION = { organisationId: '01890000-0000-7000-8000-000000000001' };

let keys: Awaited<ReturnType<typeof testKeys>>;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  keys = await testKeys();
});
afterEach(async () => {
  await keys.close();
  vi.useRealTimers();
});

const pass = (minutes: number) => vi.setSystemTime(Date.now() + minutes * MINUTE_MS);

test('who is signed in needs no identity: the keys that are known serve on while it is down', async () => {
  const verify = remoteVerifier(keys.jwksUrl);
  const token = await keys.tokenFor(ORGANISATION);
  await verify(token);
  await keys.close();
  pass(12);
  await expect(verify(token)).resolves.toMatchObject(ORGANISATION);
  await expect(verify(token)).resolves.toMatchObject(ORGANISATION);
});

test.each([
  ['some minutes later', 6],
  ['at once where the clock is set back', -60],
])('a key that was withdrawn is refused %s', async (_when, minutes) => {
  const verify = remoteVerifier(keys.jwksUrl);
  const token = await keys.tokenFor(ORGANISATION);
  await verify(token);
  for (const key of keys.jwks.keys) key.kid = 'another';
  pass(minutes);
  await eventually(() => verify(token).catch((error: { code: string }) => error.code)).toBe('token_invalid');
});

test('keys that are older than any token verify nothing', async () => {
  const verify = remoteVerifier(keys.jwksUrl);
  await verify(await keys.tokenFor(ORGANISATION));
  await keys.close();
  pass(31);
  await expect(verify(await keys.tokenFor(ORGANISATION))).rejects.toMatchObject({ code: 'identity_unreachable' });
});
