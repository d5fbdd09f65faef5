import { allTopics } from '@malipo/events';
import { defineService } from '@malipo/service-kit';
import { config } from './config.ts';
import { createDeps, type Deps, type PaymentBase } from './deps.ts';
import { subscriptions } from './events/subscriptions.ts';
import { callbackRoutes } from './http/callbacks.ts';
import { addressRoutes } from './http/channel-addresses.ts';
import { channelRoutes } from './http/channels.ts';
import { requestRoutes } from './http/payment-requests.ts';
import { paymentRoutes } from './http/payments.ts';
import { jobs } from './jobs.ts';
import { migrations } from './store/migrations.ts';

/** How many channels are in memory from the start; the others are read when they are first called. */
const WARM_CHANNELS = 10_000;

export const payment = defineService<typeof config, Deps>({
  name: 'payment',
  config,
  port: 'MALIPO_PAYMENT_PORT',
  migrations,
  topics: allTopics.filter((topic) => /^(payment|invoice|reconciliation)\./.test(topic)),
  deps: (base: PaymentBase) => createDeps(base),
  async routes(app, deps) {
    await app.register(callbackRoutes(deps));
    await app.register(channelRoutes(deps), { prefix: '/api/v1/payment-channels' });
    await app.register(addressRoutes(deps), { prefix: '/api/v1/payment-channels' });
    await app.register(requestRoutes(deps), { prefix: '/api/v1/payment-requests' });
    await app.register(paymentRoutes(deps), { prefix: '/api/v1/payments' });
  },
  // callbacks come straight here: stored in an outage of Kafka, spooled in one of MongoDB, lost where nobody sends them
  endures: ['mongo', 'consumers'],
  subscriptions,
  jobs,
  async start(deps) {
    await deps.openSpool();
    for (const channel of await deps.channels.newest(WARM_CHANNELS))
      deps.channelCache.put(channel, deps.now().getTime());
  },
  async stop(deps) {
    await deps.projectionReaders.forget(deps.readerId).catch(() => undefined); // then it expires
    await deps.intake.idle();
    await deps.spool().close();
  },
});
