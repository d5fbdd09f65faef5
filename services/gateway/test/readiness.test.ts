import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, tcpProxy } from '@malipo/test-kit';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startGateway } from './support.ts';

test('the door stays open while the database is gone, which it keeps nothing in', async () => {
  const proxy = await tcpProxy(Number(/:(\d+)/.exec(inject('stack').mongoUrl.replace('mongodb://', ''))?.[1]));
  const gateway = await startGateway({
    env: { MALIPO_MONGO_URL: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true` },
  });
  onTestFinished(async () => {
    proxy.restore();
    await gateway.stop();
    await proxy.close();
  });
  const ready = async () => {
    const answer = await gateway.fetch('/ready');
    return { status: answer.status, ...((await answer.json()) as { checks: Record<string, boolean> }).checks };
  };
  await expect.poll(ready).toMatchObject({ status: 200, mongo: true, consumers: true });
  proxy.cut();
  await expect.poll(ready).toMatchObject({ status: 200, mongo: false });
  const token = await gateway.tokenFor();
  expect((await gateway.fetch('/api/v1/invoices', { token })).status).toBe(503);
}, 60_000);

test('with a port for operations, readiness and figures are there and nowhere else', async () => {
  const gateway = await startGateway({ env: { MALIPO_OPERATIONS_PORT: '0' } });
  onTestFinished(() => gateway.stop());
  const { operationsUrl } = gateway.running;
  for (const [path, shown] of [
    ['/ready', /"checks":/],
    ['/metrics', /^malipo_/m],
  ] as const) {
    const hidden = await gateway.fetch(path);
    expect([hidden.status, ((await hidden.json()) as { code: string }).code]).toEqual([404, 'route_not_found']);
    await expect.poll(async () => (await fetch(`${operationsUrl}${path}`)).status).toBe(200);
    expect(await (await fetch(`${operationsUrl}${path}`)).text()).toMatch(shown);
  }
  expect((await gateway.fetch('/health')).status).toBe(200);
  expect((await fetch(`${operationsUrl}/api/v1/invoices`)).status).toBe(404);
}, 60_000);

test('a clock that is set back by an hour leaves no service ready that is down', async () => {
  const clock = systemClock();
  let status = 200;
  const server = createServer((_request, response) => void response.writeHead(status).end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const gateway = await startGateway({ env: { MALIPO_INVOICE_URL: `http://127.0.0.1:${port}` } });
  onTestFinished(async () => {
    await gateway.stop();
    server.close();
  });
  const invoice = async () =>
    ((await (await gateway.fetch('/ready')).json()) as { checks: Record<string, boolean> }).checks.invoice;
  await expect.poll(invoice).toBe(true);
  clock.aheadMs = -3_600_000;
  status = 503;
  await expect.poll(invoice).toBe(false);
}, 60_000);
