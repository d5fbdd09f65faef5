import { InvoiceIssued } from '@malipo/events';
import { createTestPublisher, eventually, tcpProxy } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { it, onTestFinished } from 'vitest';
import { confirmation, deliver, startWorld } from './support.ts';

/** So many organisations lie in all partitions, hence with both replicas. */
const SHOPS = 12;

it('nobody is refused for an invoice that another replica has yet to hear of', async () => {
  const world = await startWorld();
  onTestFinished(() => world.close());
  const mongo = new URL(world.slice.mongoUrl);
  const proxy = await tcpProxy(Number(mongo.port));
  onTestFinished(() => proxy.close());
  await world.start({ MALIPO_MONGO_URL: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true` });
  const publisher = await createTestPublisher(world.slice);
  onTestFinished(() => publisher.close());
  const shops = await Promise.all(Array.from({ length: SHOPS }, () => openShop(world, publisher)));
  const answers = (reference: string) =>
    Promise.all(shops.map(async (shop) => ((await shop.validate(reference)).includes('Rejected') ? 'no' : 'yes')));

  await eventually(async () => new Set(await answers('NONSENSE'))).toEqual(new Set(['no']));
  proxy.pause();
  await Promise.all(shops.map((shop) => shop.issue('NEW-7')));
  // more than once: an answer that comes late is a yes, too
  const thrice = async () => [await answers('NEW-7'), await answers('NEW-7'), await answers('NEW-7')].flat();
  await eventually(async () => new Set(await thrice())).toEqual(new Set(['yes']));
  proxy.restore();
  await eventually(async () => new Set(await answers('NONSENSE'))).toEqual(new Set(['no']));
  await eventually(async () => new Set(await thrice())).toEqual(new Set(['yes']));
});

type Publisher = Awaited<ReturnType<typeof createTestPublisher>>;

async function openShop(world: Awaited<ReturnType<typeof startWorld>>, publisher: Publisher) {
  const { id: organisationId, openChannel } = await world.organisation();
  const { callbackUrls } = await openChannel({ shortcode: shortcode(), validation: 'reject_unknown_account' });
  return {
    validate: async (reference: string) =>
      (await deliver(callbackUrls.validation, confirmation({ BillRefNumber: reference }))).text,
    async issue(number: string) {
      const invoiceId = newId();
      const facts = { invoiceId, customerId: newId(), number, description: 'Rent', currency: 'KES' };
      const owed = { issuedOn: '2026-01-01', dueDate: '2026-01-31', totalCents: 200_000, balanceCents: 200_000 };
      const about = { organisationId, subject: { id: invoiceId, version: 1 }, at: new Date() };
      await publisher.publish(InvoiceIssued.create({ ...facts, ...owed }, about));
    },
  };
}

let last = 600_200;
const shortcode = () => String(last++);
