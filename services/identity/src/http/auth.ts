import {
  AcceptInviteRequest,
  LoginRequest,
  LogoutRequest,
  MeView,
  RefreshRequest,
  RegisterRequest,
  SessionView,
} from '@malipo/api-contracts';
import { type App, causeOf, senderOf, type TypedApp, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { acceptInvite } from '../commands/accept-invite.ts';
import { logIn, TooManyAttemptsError } from '../commands/log-in.ts';
import { logOut } from '../commands/log-out.ts';
import { activeUser, organisationOf } from '../commands/open-session.ts';
import { refreshSession } from '../commands/refresh-session.ts';
import { register } from '../commands/register.ts';
import type { Deps } from '../deps.ts';
import { toOrganisationView, toSessionView, toUserView } from './views.ts';

const tags = ['auth'];
const config = { public: true };
/** Their everyday refusal is 401. */
const withCredentials = { ...config, credentials: true };

type Reply = { header(name: string, value: string): unknown };

/** Answers with tokens in them are nobody's to keep. @see RFC 6749 §5.1 */
const keepSecret = (reply: Reply): void => void reply.header('cache-control', 'no-store');

/** Sessions: how they begin, go on and end, and who has one. */
export function authRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  registerRoute(routes, deps);
  sessionRoutes(routes, deps);
  sessionEndRoute(routes, deps);
  inviteRoute(routes, deps);
  meRoute(routes, deps);
}

const registerRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    '/api/v1/auth/register',
    {
      config: { ...config, codes: { 409: ['email_taken'] } },
      schema: {
        tags,
        summary: 'Register an organisation with its first owner',
        body: RegisterRequest,
        response: { 201: SessionView },
      },
    },
    async (request, reply) => {
      const session = await register(deps, { ...request.body, ip: senderOf(request.ip) }, causeOf(request));
      keepSecret(reply);
      return reply.status(201).send(toSessionView(session));
    },
  );

function sessionRoutes(routes: TypedApp, deps: Deps): void {
  routes.post(
    '/api/v1/auth/login',
    {
      config: withCredentials,
      schema: { tags, summary: 'Sign in by password', body: LoginRequest, response: { 200: SessionView } },
    },
    async (request, reply) => {
      keepSecret(reply);
      const session = await logIn(deps, { ...request.body, ip: senderOf(request.ip) }).catch(tellWhenToRetry(reply));
      return toSessionView(session);
    },
  );
  routes.post(
    '/api/v1/auth/refresh',
    {
      config: withCredentials,
      schema: {
        tags,
        summary: 'Exchange a refresh token for the next one',
        body: RefreshRequest,
        response: { 200: SessionView },
      },
    },
    async (request, reply) => {
      keepSecret(reply);
      return toSessionView(await refreshSession(deps, request.body.refreshToken));
    },
  );
}

const sessionEndRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    '/api/v1/auth/logout',
    {
      config,
      schema: {
        tags,
        summary: 'End the session of a refresh token',
        body: LogoutRequest,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await logOut(deps, request.body.refreshToken);
      return reply.status(204).send();
    },
  );

const inviteRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    '/api/v1/auth/accept-invite',
    {
      config: withCredentials,
      schema: {
        tags,
        summary: 'Choose a password with a one-time invite',
        body: AcceptInviteRequest,
        response: { 200: SessionView },
      },
    },
    async (request, reply) => {
      keepSecret(reply);
      return toSessionView(await acceptInvite(deps, { ...request.body, ip: senderOf(request.ip) }));
    },
  );

const meRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    '/api/v1/auth/me',
    { schema: { tags, summary: 'Who am I', security: [{ bearer: [] }], response: { 200: MeView } } },
    async ({ caller }) => {
      const user = await activeUser(deps, caller.userId);
      const organisation = await organisationOf(deps, caller.organisationId);
      return { organisation: toOrganisationView(organisation), user: toUserView(user) };
    },
  );

const tellWhenToRetry = (reply: Reply) => (error: unknown) => {
  if (error instanceof TooManyAttemptsError) reply.header('retry-after', String(error.retryAfterSeconds));
  throw error;
};
