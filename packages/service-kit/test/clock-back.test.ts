import { createServer } from 'node:http';
import { createSlice, eventually, freePort, systemClock, tcpProxy } from '@malipo/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { connectMongo, createHttpClient } from '../src/index.ts';

const HOUR_MS = 3_600_000;

test('a provider that is left alone for a moment is asked again after it, though the clock was set back by an hour', async () => {
  const clock = systemClock();
  const port = await freePort();
  const client = createHttpClient('provider', { baseURL: `http://127.0.0.1:${port}` });
  onTestFinished(() => client.close());
  const ask = () =>
    client.request({ url: '/' }).then(
      ({ status }) => status,
      ({ code }: { code: string }) => code,
    );
  await eventually(ask).toBe('provider_resting');
  clock.aheadMs = -HOUR_MS;
  const server = createServer((_request, response) => void response.end('{}'));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  await eventually(ask).toBe(200);
});

test('a commit whose answers get lost is asked for no longer than it should, though the clock was set back by an hour', async () => {
  const clock = systemClock();
  const slice = createSlice();
  const proxy = await tcpProxy(Number(new URL(slice.mongoUrl).port));
  const mongo = connectMongo(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, `${slice.dbPrefix}clock`);
  onTestFinished(async () => {
    await mongo.close();
    await proxy.close();
    await slice.drop();
  });
  await mongo.db.createCollection('rows');
  proxy.loseAnswers('commitTransaction', Number.POSITIVE_INFINITY);
  const write = mongo.transaction(async (session) => {
    clock.aheadMs = -HOUR_MS;
    await mongo.db.collection('rows').insertOne({}, { session });
  }, 500);
  await expect(write).rejects.toMatchObject({ code: 'commit_unknown' });
});
