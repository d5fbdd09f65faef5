import {
  NotificationQuery,
  NotificationSummary,
  NotificationView,
  ResolveNotificationRequest,
} from '@malipo/api-contracts';
import { type App, NotFoundError, PageOf, PageQuery, typed } from '@malipo/service-kit';
import { maskMsisdn } from '@malipo/values';
import { z } from 'zod';
import { resendNotification, resolveNotification } from '../commands/decide-by-person.ts';
import type { Deps } from '../deps.ts';
import type { Delivery } from '../domain/delivery.ts';

const about = { tags: ['notifications'], security: [{ bearer: [] }] };
const params = z.object({ id: z.uuid() });
const writers = ['admin', 'bookkeeper'] as const;

/** Receipts and what became of them; numbers and addresses are masked. */
export const notificationRoutes = (deps: Deps) => async (plain: App) => {
  const app = typed(plain);
  app.get(
    '/',
    {
      schema: {
        ...about,
        summary: 'List notifications, newest first',
        querystring: PageQuery.extend(NotificationQuery.shape),
        response: { 200: PageOf(NotificationSummary) },
      },
    },
    async ({ caller, query: { status, paymentId, customerId, ...page } }) => {
      const by = { ...(status && { status }), ...(paymentId && { paymentId }), ...(customerId && { customerId }) };
      const { data, page: links } = await deps.deliveries.list(caller.organisationId, by, page);
      return { data: data.map(toSummary), page: links };
    },
  );
  app.get(
    '/:id',
    { schema: { ...about, summary: 'Read a notification', params, response: { 200: NotificationView } } },
    async ({ caller, params: { id } }) => {
      const delivery = await deps.deliveries.find(caller.organisationId, id);
      if (!delivery) throw new NotFoundError('notification_not_found', `there is no notification ${id}`);
      return toView(delivery);
    },
  );
  decisions(plain, deps);
};

function decisions(plain: App, deps: Deps): void {
  const app = typed(plain);
  app.post(
    '/:id/resolve',
    {
      config: { roles: writers, codes: { 409: ['notification_not_unknown'] } },
      schema: {
        ...about,
        summary: 'Settle a notification of unknown fate',
        params,
        body: ResolveNotificationRequest,
        response: { 200: NotificationView },
      },
    },
    async ({ caller, params: { id }, body: { outcome } }) =>
      toView(await resolveNotification(deps, { ...caller, id }, outcome)),
  );
  app.post(
    '/:id/resend',
    {
      config: { roles: writers, idempotent: true, codes: { 409: ['notification_not_resendable'] } },
      schema: {
        ...about,
        summary: 'Send a notification once more, by a person’s decision',
        params,
        response: { 202: NotificationView },
      },
    },
    async ({ caller, params: { id } }, reply) =>
      reply.status(202).send(toView(await resendNotification(deps, { ...caller, id }))),
  );
}

const toSummary = (delivery: Delivery) => ({
  id: delivery.id,
  kind: 'receipt' as const,
  medium: delivery.medium,
  mode: delivery.mode,
  paymentId: delivery.paymentId,
  customerId: delivery.customerId,
  status: delivery.status,
  reason: delivery.reason,
  to: delivery.to && mask(delivery),
  attempts: delivery.attempts,
  queuedAt: delivery.queuedAt.toISOString(),
  claimedAt: delivery.claimedAt?.toISOString() ?? null,
  settledAt: delivery.settledAt?.toISOString() ?? null,
  version: delivery.version,
});

const toView = (delivery: Delivery) => ({
  ...toSummary(delivery),
  subject: delivery.subject,
  text: delivery.text,
  resolvedBy: delivery.resolvedBy,
});

/** `2547*****678`, `g***@example.com`. */
const mask = ({ medium, to }: Delivery): string =>
  medium === 'sms' ? maskMsisdn(to ?? '') : (to ?? '').replace(/^(.).*(@.*)$/, '$1***$2');
