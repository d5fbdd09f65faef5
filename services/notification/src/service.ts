import { allTopics } from '@malipo/events';
import { defineService } from '@malipo/service-kit';
import { expireClaims } from './commands/expire-claims.ts';
import { config } from './config.ts';
import { createDeps, type Deps } from './deps.ts';
import { subscriptions } from './events/subscriptions.ts';
import { emailCallback } from './http/email-callback.ts';
import { notificationRoutes } from './http/notifications.ts';
import { smsCallback } from './http/sms-callback.ts';
import { migrations } from './store/migrations.ts';

const WAKE_EVERY_MS = 1_000;
const EXPIRE_EVERY_MS = 2_000;

/** Tells payers what became of their money: receipts by SMS and e-mail, each at most once. */
export const notification = defineService<typeof config, Deps>({
  name: 'notification',
  config,
  port: 'MALIPO_NOTIFICATION_PORT',
  migrations,
  topics: allTopics,
  deps: createDeps,
  routes: async (app, deps) => {
    await app.register(smsCallback(deps));
    await app.register(emailCallback(deps));
    await app.register(notificationRoutes(deps), { prefix: '/api/v1/notifications' });
  },
  subscriptions,
  jobs: (deps) => [
    { name: 'send-due', everyMs: WAKE_EVERY_MS, run: () => sendDue(deps) },
    { name: 'expire-claims', everyMs: EXPIRE_EVERY_MS, run: () => expireClaims(deps) },
  ],
  stop: (deps) => deps.senders.stop(),
});

/** One look for all lanes: mostly nothing is due. */
async function sendDue({ deliveries, senders, now }: Deps): Promise<void> {
  if (await deliveries.isDue(now())) senders.wake();
}
