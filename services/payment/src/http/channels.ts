import {
  CallbackUrls,
  CreatedPaymentChannel,
  NewPaymentChannel,
  PaymentChannelView,
  RegisteredUrls,
  RegisterUrls,
  RotateSecret,
  UnreadableCallbackView,
} from '@malipo/api-contracts';
import { type App, PageOf, PageQuery, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { callbackUrls, createChannel, findChannel, rotateSecret } from '../commands/channels.ts';
import { registerUrls } from '../commands/register-urls.ts';
import type { Deps } from '../deps.ts';
import { channelView, unreadableView } from './views.ts';

const docs = (summary: string) => ({ tags: ['payment channels'], summary, security: [{ bearer: [] }] });
const ById = z.object({ id: z.uuid() });
const ADMINS = { roles: ['admin'] } as const;

export const channelRoutes = (deps: Deps) => async (app: App) => {
  const routes = typed(app);
  const created = (channel: Parameters<typeof channelView>[0]) => ({
    ...channelView(channel),
    callbackUrls: callbackUrls(deps, channel),
  });

  routes.post(
    '/',
    {
      config: { ...ADMINS, idempotent: deps.sealer },
      schema: { ...docs('Open a payment channel'), body: NewPaymentChannel, response: { 201: CreatedPaymentChannel } },
    },
    async (request, reply) =>
      reply.status(201).send(created(await createChannel(deps, request.caller.organisationId, request.body))),
  );

  routes.get(
    '/',
    {
      schema: {
        ...docs('List payment channels'),
        querystring: PageQuery,
        response: { 200: PageOf(PaymentChannelView) },
      },
    },
    (request) => deps.channels.list(request.caller.organisationId, request.query, channelView),
  );

  routes.get(
    '/:id',
    { schema: { ...docs('Read a payment channel'), params: ById, response: { 200: PaymentChannelView } } },
    async (request) => channelView(await findChannel(deps, request.caller.organisationId, request.params.id)),
  );

  routes.get(
    '/:id/callback-urls',
    {
      config: ADMINS,
      schema: { ...docs('Read the callback addresses'), params: ById, response: { 200: CallbackUrls } },
    },
    async (request) => callbackUrls(deps, await findChannel(deps, request.caller.organisationId, request.params.id)),
  );

  routes.post(
    '/:id/register-urls',
    {
      config: ADMINS,
      schema: {
        ...docs('Register the callback addresses with the provider'),
        params: ById,
        body: RegisterUrls,
        response: { 200: RegisteredUrls },
      },
    },
    (request) => registerUrls(deps, request.caller.organisationId, request.params.id, request.body),
  );

  routes.post(
    '/:id/rotate-secret',
    {
      config: ADMINS,
      schema: {
        ...docs('Make new callback addresses; the old ones stay valid for a while'),
        params: ById,
        body: RotateSecret,
        response: { 200: CreatedPaymentChannel },
      },
    },
    async ({ caller, params, body }) => {
      const retireOldAt = body.retireOldAt ? new Date(body.retireOldAt) : undefined;
      return created(await rotateSecret(deps, caller.organisationId, params.id, retireOldAt));
    },
  );

  routes.get(
    '/:id/unreadable-callbacks',
    {
      config: ADMINS,
      schema: {
        ...docs('List callbacks that told of no payment, as they came'),
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(UnreadableCallbackView) },
      },
    },
    async ({ caller, params, query }) => {
      await findChannel(deps, caller.organisationId, params.id);
      return deps.unreadable.list(caller.organisationId, params.id, query, unreadableView);
    },
  );
};
