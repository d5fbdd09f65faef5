import { expect } from 'vitest';
import { startSandbox } from './sandbox.ts';
import { type Organisation, type RequestBody, startWorld } from './support.ts';

let phones = 700_000_000;
let shortcodes = 600_100;
export const newPhone = () => `254${++phones}`;
export const newShortcode = () => String(++shortcodes);

/** Asks for 1,500 shillings by a prompt. */
export const askOf =
  (shop: Organisation) =>
  (phone: string, more: Record<string, unknown> = {}) =>
    shop.call<RequestBody & { detail: string }>('POST', '/api/v1/payment-requests', {
      accountReference: 'INV0042',
      phone,
      amountCents: 150_000,
      ...more,
    });

/** The service against the provider sandbox, with queries, ends and fetching quick enough to wait for. */
export async function openPrompting(env: Record<string, string> = {}, now = () => new Date()) {
  const sandbox = await startSandbox();
  const settings = {
    MALIPO_DARAJA_TEST_URL: sandbox.url,
    MALIPO_DARAJA_LIVE_URL: sandbox.url,
    MALIPO_SANDBOX_CONTROL: 'true',
    MALIPO_STK_QUERY_AFTER_MS: '400',
    MALIPO_STK_EXPIRE_AFTER_MS: '3000',
    MALIPO_PULL_EVERY_MS: '500',
    ...env,
  };
  const world = await startWorld(settings, now);
  const events = await world.events();
  return {
    sandbox,
    world,

    /** An organisation with a channel of its own. */
    async open(more: Record<string, unknown> = {}) {
      const shop = await world.organisation();
      const shortcode = newShortcode();
      const channel = await shop.openChannel({ shortcode, ...more });
      const path = `/api/v1/payment-channels/${channel.id}/register-urls`;
      const read = async (id: string) => {
        await world.untilSpoolIsEmpty();
        return (await shop.call<RequestBody>('GET', `/api/v1/payment-requests/${id}`)).body;
      };
      return {
        shop,
        shortcode,
        channel,
        read,
        ask: askOf(shop),
        settled: (id: string) => expect.poll(() => read(id)),
        register: (pull = false) => shop.call('POST', path, pull ? { pullNumber: '0700000009' } : {}),
      };
    },

    /** Events of a type about a request. */
    told: (type: string, requestId: string) =>
      events.of(type).filter(({ data }) => (data as { requestId?: string }).requestId === requestId),

    async close() {
      await events.close();
      await world.close();
      await sandbox.close();
    },
  };
}

export type Prompting = Awaited<ReturnType<typeof openPrompting>>;
