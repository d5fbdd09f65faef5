import { generateKeyPairSync, sign } from 'node:crypto';
import { AllocationUndone, CustomerSaved, OrganisationCreated, PaymentAllocated } from '@malipo/events';
import { type DataOf, type Running, startService } from '@malipo/service-kit';
import { createSlice, createTestPublisher, testKeys } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { notification } from '../src/service.ts';
import { startProvider } from './provider.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const webhookKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A notification service with a provider of its own, one organisation and one customer. */
export async function createWorld(env: Record<string, string> = {}) {
  const slice = createSlice();
  const keys = await testKeys();
  const [provider, testProvider] = await Promise.all([startProvider(), startProvider()]);
  const settings = slice.env({
    MALIPO_NOTIFICATION_PORT: '0',
    MALIPO_JWKS_URL: keys.jwksUrl,
    MALIPO_SMS_URL: provider.url,
    MALIPO_SMS_USERNAME: 'shop',
    MALIPO_SMS_API_KEY: 'live-key',
    MALIPO_SMS_SENDER: 'MALIPO',
    MALIPO_SMS_TEST_URL: testProvider.url,
    MALIPO_SMS_CALLBACK_SECRET: SECRET,
    MALIPO_EMAIL_URL: provider.url,
    MALIPO_EMAIL_TEST_URL: testProvider.url,
    MALIPO_EMAIL_API_KEY: 'mail-key',
    MALIPO_EMAIL_FROM: 'receipts@malipo.test',
    MALIPO_EMAIL_WEBHOOK_KEY: webhookKeys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    MALIPO_MESSAGE_TIMEOUT_MS: '30000', // what a loaded machine makes wait is not silence
    ...env,
  });
  const running: Running[] = [];
  const clock = { aheadMs: 0 };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const start = async (more: Record<string, string> = {}) => {
    const one = await startService(notification, { env: { ...settings, ...more }, now });
    running.push(one);
    return one;
  };
  const first = await start();
  const publisher = await createTestPublisher(slice);
  const organisationId = newId();
  return {
    slice,
    settings,
    provider,
    testProvider,
    publisher,
    organisationId,
    /** The service's clock. */
    clock,
    start,
    service: first,
    token: (roles: string[] = ['owner'], organisation = organisationId) =>
      keys.tokenFor({ organisationId: organisation, roles }),
    close: async () => {
      provider.letGo();
      await Promise.all(running.map((one) => one.stop()));
      await publisher.close();
      await Promise.all([provider.close(), testProvider.close(), keys.close()]);
      await slice.drop();
    },
  };
}

/** The same, where the service knows the organisation. */
export async function openWorld(...settings: Parameters<typeof createWorld>) {
  const world = await createWorld(...settings);
  await world.publisher.publish(organisation(world.organisationId));
  return world;
}

export type World = Awaited<ReturnType<typeof createWorld>>;

const at = () => ({ at: new Date() });

export const organisation = (organisationId: string, locale: 'en' | 'sw' = 'en') =>
  OrganisationCreated.create(
    { organisationId, name: 'Kamau Shop', locale },
    { organisationId, subject: { id: organisationId, version: 1 }, ...at() },
  );

type Customer = { customerId?: string; phone?: string | null; email?: string | null; locale?: 'en' | 'sw' | null };

export const customer = (organisationId: string, facts: Customer = {}, version = 1) => {
  const customerId = facts.customerId ?? newId();
  return {
    customerId,
    event: CustomerSaved.create(
      {
        customerId,
        name: 'Grace Wanjiru',
        isCompany: false,
        phone: facts.phone === undefined ? '254712345678' : facts.phone,
        email: facts.email ?? null,
        accountNumbers: [],
        contacts: [],
        locale: facts.locale ?? null,
      },
      { organisationId, subject: { id: customerId, version }, ...at() },
    ),
  };
};

/** A receipt number that no other test uses. */
export const fresh = () => `U${newId().replaceAll('-', '').slice(-9).toUpperCase()}`;

type Allocated = Partial<DataOf<typeof PaymentAllocated>> & { version?: number; id?: string };

const decision = (organisationId: string, { version = 1, id, ...facts }: Allocated) => {
  const paymentId = facts.paymentId ?? newId();
  const data = {
    paymentId,
    matchId: paymentId,
    mode: 'live' as const,
    currency: 'KES',
    amountCents: 150_000,
    decision: 'auto' as const,
    reason: 'none',
    confidence: 0.99,
    customerId: null,
    allocations: [
      {
        allocationId: newId(),
        invoiceId: newId(),
        invoiceNumber: 'INV-0042',
        amountCents: 150_000,
        roundingCents: 0,
        version: 1,
      },
    ],
    creditCents: 0,
    unappliedCents: 0,
    because: [],
    decidedBy: 'engine',
    decidedAt: new Date().toISOString(),
    receipt: 'UAF5X0A1B2',
    payer: { msisdn: null },
    balanceCents: 0,
    ...facts,
  };
  const about = { organisationId, subject: { id: paymentId, version }, ...at(), ...(id ? { id } : {}) };
  return { paymentId, data, about };
};

export const allocated = (organisationId: string, facts: Allocated = {}) => {
  const { paymentId, data, about } = decision(organisationId, facts);
  return { paymentId, event: PaymentAllocated.create(data, about) };
};

export const undone = (organisationId: string, facts: Allocated = {}) => {
  const { data, about } = decision(organisationId, { ...facts, decision: 'undone' });
  return AllocationUndone.create(data, about);
};

/** The headers of a signed event webhook. */
export function signed(body: string, timestamp = String(Math.floor(Date.now() / 1000))) {
  const signature = sign('sha256', Buffer.from(timestamp + body), webhookKeys.privateKey).toString('base64');
  return {
    'content-type': 'application/json',
    'x-twilio-email-event-webhook-signature': signature,
    'x-twilio-email-event-webhook-timestamp': timestamp,
  };
}

export type View = {
  id: string;
  version: number;
  status: string;
  reason: string | null;
  to: string | null;
  medium: string;
  text?: string;
};

/** The notifications that an organisation sees. */
export async function listed(world: World, query = '', token?: string): Promise<View[]> {
  const answer = await world.service.app.inject({
    url: `/api/v1/notifications${query}`,
    headers: { authorization: `Bearer ${token ?? (await world.token())}` },
  });
  return (answer.json() as { data: View[] }).data;
}

/** A payment's message by one medium, where there is one. */
export const messageOf = async (world: World, paymentId: string, medium = 'sms'): Promise<View | undefined> =>
  (await listed(world, `?paymentId=${paymentId}`)).find((one) => one.medium === medium);

/** The SMS that reached the provider about a receipt. */
export const smsAbout = (world: World, receipt: string) =>
  world.provider.sms().filter((one) => one.text.includes(receipt));

export const report = (world: World, fields: Record<string, string>, secret = SECRET) =>
  world.service.app.inject({
    method: 'POST',
    url: `/callbacks/sms/${secret}/delivery`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  });

export { eventually } from '@malipo/test-kit';
