import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const EVENTS = path.resolve(import.meta.dirname, '../../../packages/events/src');

const COMMENTED = /\/\*\* ([^*]+) \*\/\nexport const \w+ = defineEvent\(\{\s+type: '([^']+)',\s+version: (\d+)/g;

/** By type and version, `payment.received v1`, what the comment at an event's definition says of it. */
export function commentsByEvent(): ReadonlyMap<string, string> {
  const sources = readdirSync(EVENTS).map((file) => readFileSync(path.join(EVENTS, file), 'utf8'));
  return new Map(
    sources.flatMap((source) =>
      [...source.matchAll(COMMENTED)].map(([, comment = '', type, version]) => [`${type} v${version}`, comment]),
    ),
  );
}
