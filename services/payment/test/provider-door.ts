import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Asked = { method: string; path: string; authorization: string; body: string };
export type Told = { status: number; body: unknown };

/**
 * A door before the provider sandbox, which hears what is asked and may answer itself.
 * @param answer undefined lets the question through
 * @param change what becomes of the sandbox's answer
 */
export async function openDoor(
  answer: (asked: Asked) => Told | undefined,
  change: (asked: Asked, said: unknown) => void = () => undefined,
) {
  let sandbox = '';
  const door = http.createServer(async (request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    const asked = { method, path, authorization: headers.authorization ?? '', body: await text(request) };
    const told = answer(asked) ?? (await ask(sandbox, asked));
    change(asked, told.body);
    response.writeHead(told.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(told.body));
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    leadTo(url: string): void {
      sandbox = url;
    },
    close: () => door.close(),
  };
}

async function ask(url: string, { method, path, authorization, body }: Asked): Promise<Told> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body ? { body } : {}),
  });
  return { status: answer.status, body: await answer.json() };
}
