import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Identity, registration, startIdentity } from './support.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const ownerToken = async (): Promise<string> => (await identity.register()).body.accessToken;
const add = (token: string, form: object) => identity.post('/api/v1/users', form, { token });
const accept = (inviteToken: string) =>
  identity.post('/api/v1/auth/accept-invite', { inviteToken, password: 'chosen by me' });
const invitation = (over: object = {}) => {
  const { email, name } = registration();
  return { email, name, role: 'viewer', ...over };
};

describe('an invite', () => {
  test('works once and not for ever', async () => {
    const token = await ownerToken();
    const { body: invited } = await add(token, invitation());
    expect(invited.status).toBe('invited');
    const answers = await Promise.all([accept(invited.inviteToken), accept(invited.inviteToken)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401]);
    expect(await identity.post('/api/v1/auth/login', { email: invited.email, password: 'chosen by me' })).toMatchObject(
      {
        status: 200,
        body: { user: { role: 'viewer', status: 'active' } },
      },
    );
    const { body: late } = await add(token, invitation());
    identity.moveOn(8 * 86_400_000);
    expect((await accept(late.inviteToken)).body.code).toBe('invite_invalid');
  });
});

describe('an invite that was not accepted', () => {
  test('is given again by adding the user again: the earlier token stops working', async () => {
    const token = await ownerToken();
    const form = invitation();
    const { body: first } = await add(token, form);
    const second = await add(token, { ...form, name: 'Grace W', role: 'bookkeeper' });
    expect(second).toMatchObject({
      status: 201,
      headers: { etag: '"2"' },
      body: {
        id: first.id,
        createdAt: first.createdAt,
        name: 'Grace W',
        role: 'bookkeeper',
        status: 'invited',
        version: 2,
      },
    });
    expect((await accept(first.inviteToken)).body.code).toBe('invite_invalid');
    expect(await accept(second.body.inviteToken)).toMatchObject({
      status: 200,
      body: { user: { role: 'bookkeeper' } },
    });
    expect(await add(token, form)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
  });

  test('and ran out is good for seven days again', async () => {
    const { accessToken, user } = (await identity.register()).body;
    const form = invitation();
    await add(accessToken, form);
    identity.moveOn(8 * 86_400_000);
    const { password } = registration();
    const { body: session } = await identity.post('/api/v1/auth/login', { email: user.email, password });
    const { body: again } = await add(session.accessToken, form);
    identity.moveOn(6 * 86_400_000);
    expect((await accept(again.inviteToken)).status).toBe(200);
  });

  test('makes room for a password', async () => {
    const token = await ownerToken();
    const form = invitation();
    const { body: first } = await add(token, form);
    const { password } = registration();
    expect(await add(token, { ...form, password })).toMatchObject({
      status: 201,
      body: { id: first.id, status: 'active', inviteToken: null },
    });
    expect((await accept(first.inviteToken)).body.code).toBe('invite_invalid');
    expect((await identity.post('/api/v1/auth/login', { email: form.email, password })).status).toBe(200);
  });

  test('keeps its address from another organisation, and works on', async () => {
    const form = invitation();
    const { body: first } = await add(await ownerToken(), form);
    expect(await add(await ownerToken(), form)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect((await accept(first.inviteToken)).status).toBe(200);
  });

  test('to be an owner is given again by an owner only', async () => {
    const token = await ownerToken();
    const admin = { email: registration().email, password: registration().password };
    await add(token, { ...admin, name: 'Ali', role: 'admin' });
    const { body: session } = await identity.post('/api/v1/auth/login', admin);
    const form = invitation({ role: 'owner' });
    const { body: first } = await add(token, form);
    const refused = await add(session.accessToken, { ...form, role: 'viewer' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'owner_only' } });
    expect((await accept(first.inviteToken)).status).toBe(200);
  });

  test('given again five times at once works by one token', async () => {
    const token = await ownerToken();
    const form = invitation();
    const answers = await Promise.all(Array.from({ length: 5 }, () => add(token, form)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201));
    const accepted = await Promise.all(answers.map(({ body }) => accept(body.inviteToken)));
    expect(accepted.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
  });

  test('and is accepted while it is given again works by one token', async () => {
    const token = await ownerToken();
    const form = invitation();
    const { body: first } = await add(token, form);
    const [accepted, again] = await Promise.all([accept(first.inviteToken), add(token, form)]);
    expect([
      [200, 409],
      [401, 201],
    ]).toContainEqual([accepted.status, again.status]);
  });
});
