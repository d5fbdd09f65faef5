import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLoad } from './http-load.ts';

const ASKED = 20;
let server: http.Server;
let seen = 0;
beforeAll(async () => {
  server = http.createServer((request, response) => {
    if (seen++ === 0) request.socket.destroy();
    else response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

it('a request over a connection that the server closed has failed, and the next ones go over another', async () => {
  const { port } = server.address() as AddressInfo;
  const next = (n: number) => (n < ASKED ? { path: '/', body: '{}' } : undefined);
  const result = await runLoad({ port, connections: 1, durationMs: 20_000, next });
  expect(result).toMatchObject({ answered: ASKED, ok: ASKED - 1, failed: 1 });
  expect(seen).toBe(ASKED);
});
