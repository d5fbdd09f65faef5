import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createSlice, testKeys } from '@malipo/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { type AnyService, startService } from '../src/index.ts';
import { counter } from './counter-service.ts';

/** The service with a route that answers once `release` was called. */
function holding() {
  const entered = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let count = 0;
  const service: AnyService = {
    ...counter,
    async routes(app, deps) {
      await counter.routes(app, deps as never);
      app.get('/held', { config: { public: true } }, async () => {
        if (++count === 2) entered.resolve();
        await released.promise;
        return {};
      });
    },
  };
  return { service, bothEntered: entered.promise, release: released.resolve };
}

test('while it stops, callbacks on open connections are taken and the rest is sent elsewhere', async () => {
  const slice = createSlice();
  const keys = await testKeys();
  onTestFinished(async () => {
    await keys.close();
    await slice.drop();
  });
  const { service, bothEntered, release } = holding();
  const running = await startService(service, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
  const accepted: Socket[] = [];
  running.app.server.on('connection', (socket) => accepted.push(socket));
  const open = () => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    socket.write('GET /held HTTP/1.1\r\nhost: x\r\n\r\n');
    return { socket, said: text(socket) };
  };
  const provider = open();
  const partner = open();
  await bothEntered;
  const stopped = running.stop();
  await expect.poll(() => running.app.server.listening).toBe(false);
  provider.socket.write('POST /callbacks/count HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
  partner.socket.write('GET /api/v1/counts HTTP/1.1\r\nhost: x\r\n\r\n');
  const sent = () => [provider, partner].reduce((sum, { socket }) => sum + socket.bytesWritten, 0);
  const read = () => accepted.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  await expect.poll(read).toBe(sent()); // before the held answers go out
  release();
  expect(await provider.said).toContain('{"taken":true}');
  const refusal = await partner.said;
  expect(refusal).toMatch(/HTTP\/1\.1 503 .*\r\n(.*\r\n)*retry-after: 2/);
  expect(refusal).toContain('"code":"stopping"');
  await stopped;
});
