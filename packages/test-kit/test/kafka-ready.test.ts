import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { kafka } from '../src/stack/parts/kafka.ts';

it('a broker is waited for as long as it lives, whoever hangs up on its port meanwhile', async () => {
  const died = new AbortController();
  let calls = 0;
  const dying = createServer((socket) => {
    socket.destroy();
    calls += 1;
    if (calls === 20) died.abort(new Error('kafka ended'));
  }).listen(0, '127.0.0.1');
  await once(dying, 'listening');
  const { port } = dying.address() as AddressInfo;
  try {
    const context = { ports: { mongo: 0, redis: 0, kafka: port, controller: 0 } };
    const ready = kafka.ready(context as Parameters<typeof kafka.ready>[0], died.signal);
    await expect(ready).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'kafka ended' } });
    expect(calls).toBeLessThan(25);
  } finally {
    dying.close();
  }
});
