import { createSlice } from '@malipo/test-kit';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { counter } from './counter-service.ts';
import { startService } from './support.ts';

const slice = createSlice();
const [events, letters] = [`${slice.kafkaPrefix}counter.events`, `${slice.kafkaPrefix}counter.dlq`];
let admin: Admin;
beforeAll(() => {
  admin = new Admin({ clientId: 'test', bootstrapBrokers: slice.kafkaBrokers });
});
afterAll(async () => {
  await admin.close();
  await slice.drop();
});

/** What a topic is told by itself, not by its broker. */
async function settingsOf(topic: string): Promise<Record<string, unknown>> {
  const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }];
  const [described] = await admin.describeConfigs({ resources });
  const wanted = ['retention.ms', 'message.timestamp.type', 'max.message.bytes', 'segment.bytes'];
  const configs = described?.configs.filter(({ name }) => wanted.includes(name)) ?? [];
  return Object.fromEntries(configs.map(({ name, value }) => [name, value]));
}

const startOnce = async () => (await startService(counter, { env: slice.env() })).stop();

test('topics of an earlier version get the settings that they lack, and keep what is theirs', async () => {
  const more = [{ name: 'segment.bytes', value: '16777216' }];
  await admin.createTopics({ topics: [events, letters], partitions: 1, configs: more });
  await startOnce();
  const durable = { 'retention.ms': '-1', 'message.timestamp.type': 'LogAppendTime', 'segment.bytes': '16777216' };
  expect(await settingsOf(events)).toEqual({ ...durable, 'max.message.bytes': '2097152' });
  expect(await settingsOf(letters)).toEqual({ ...durable, 'max.message.bytes': '16777216' });
});

test('letters that may be larger than we ask for stay so', async () => {
  const larger = { name: 'max.message.bytes', value: '33554432', configOperation: 0 as const };
  const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: letters, configs: [larger] }];
  await admin.incrementalAlterConfigs({ resources });
  await startOnce();
  expect(await settingsOf(letters)).toMatchObject({ 'max.message.bytes': '33554432' });
});
