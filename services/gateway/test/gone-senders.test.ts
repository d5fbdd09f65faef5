import { connect } from 'node:net';
import { eventually } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway, startUpstream } from './support.ts';

const seen: string[] = [];
let payment: Awaited<ReturnType<typeof startUpstream>>;
let gateway: Gateway;

beforeAll(async () => {
  payment = await startUpstream('payment', (app) => {
    app.addHook('onRequest', async ({ headers }) => void seen.push(String(headers['x-forwarded-for'])));
  });
  gateway = await startGateway({ urls: { payment: payment.url } });
});
afterAll(async () => {
  await gateway.stop();
  await payment.app.close();
});

/** Sends a whole request and resets the connection, as a load balancer does that waits no longer. */
const sendAndReset = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => {
      socket.write(text, () => {
        socket.resetAndDestroy();
        resolve();
      });
    });
    socket.on('error', reject);
  });

test('a callback whose sender reset its connection is passed on all the same', async () => {
  for (let count = 0; count < 10; count++)
    await sendAndReset('POST /callbacks/x/y/stk HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}');
  await eventually(() => seen).toEqual(Array(10).fill(expect.stringMatching(/^(unknown|127\.0\.0\.1)$/)));
});
