import type { Operation } from './openapi.ts';
import { type Ask, ask, inParallel } from './request.ts';

/** A request, and the marks that it names itself. */
export type Case = Ask & { name: string; path: string; sent: readonly string[] };

export const request = (
  operation: Operation,
  path: string,
  body: unknown,
  token: string,
  sent: readonly string[],
): Case => ({
  name: `${operation.name} as ${path} with ${JSON.stringify(body)}`,
  method: operation.method,
  path,
  token,
  body,
  sent,
});

const WIDTH = 12;

export const send = (url: string, { path, ...request }: Case) => ask(`${url}${path}`, request);

/** Marks in a good answer, other than those that the request named itself. */
export const leaked = (marks: readonly string[], text: string, sent: readonly string[]) =>
  marks.filter((mark) => text.includes(mark) && !sent.includes(mark));

/** All cases that were answered as if the data were the caller's own, in words. */
export async function leaksOf(
  url: string,
  marks: readonly string[],
  cases: readonly Case[],
  isRefusal: boolean,
): Promise<string[]> {
  const found: string[] = [];
  await inParallel(cases, WIDTH, async (one) => {
    const { status, text, json } = await send(url, one);
    const made = (json as { created?: number; done?: number } | undefined) ?? {};
    const created = made.created ?? made.done;
    const shown = leaked(marks, text, one.sent);
    if (status >= 500) found.push(`${one.name}: ${status} ${text}`);
    else if (status < 300 && isRefusal && created !== 0) found.push(`${one.name}: ${status} instead of a refusal`);
    else if (status < 300 && shown.length > 0) found.push(`${one.name}: shows ${shown}`);
  });
  return found;
}
