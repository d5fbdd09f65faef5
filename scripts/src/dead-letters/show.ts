import type { ShownLetter } from '@malipo/service-kit/dead-letters';
import { printable, table } from '../terminal.ts';

const WIDEST_REASON = 70;

/** One line per parked message, the longest waiting of each service first. */
export const letterTable = (letters: readonly ShownLetter[], now: Date): string =>
  table(
    ['id', 'state', 'age', 'code', 'event', 'original place', 'reason'],
    letters.map((letter) => [
      letter.id,
      stateOf(letter),
      age(letter.parkedAt, now),
      letter.code,
      typeOf(letter),
      placeOf(letter),
      shorten(letter.reason),
    ]),
  );

/** Everything about one letter, its value as it is. */
export function letterText(letter: ShownLetter, now: Date): string {
  const facts = [
    ['id', letter.id],
    ['state', stateOf(letter)],
    ...(letter.discarded ? [['discarded', `${letter.discarded.at.toISOString()}: ${letter.discarded.why}`]] : []),
    ['parked at', `${letter.parkedAt.toISOString()} (${age(letter.parkedAt, now)} ago)`],
    ['code', letter.code],
    ['reason', letter.reason],
    ['subscription', `${letter.service}.${letter.group}`],
    ['original place', placeOf(letter)],
    ['subject', letter.subject ?? '-'],
    ['key', letter.message.key?.toString() ?? '-'],
    ...Object.entries(letter.message.headers ?? {}).map(([name, value]) => [`header ${name}`, String(value)]),
  ];
  const lines = facts.map(([name = '', value = '']) => printable(`  ${name.padEnd(16)}${value}`));
  return `${lines.join('\n')}\n\n${pretty(letter.message.value?.toString() ?? '')}`;
}

/** `45 s`, `12 min`, `7 h`, `3 d`. */
function age(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

function stateOf({ waiting, discarded }: ShownLetter): string {
  if (discarded) return 'discarded';
  return waiting ? 'waits' : 'worked off';
}

const placeOf = ({ origin }: ShownLetter): string => `${origin.topic}/${origin.partition}@${origin.offset}`;

function shorten(reason: string): string {
  const line = reason.replace(/\s+/g, ' ');
  return line.length > WIDEST_REASON ? `${line.slice(0, WIDEST_REASON - 1)}…` : line;
}

function typeOf({ message }: ShownLetter): string {
  const json = parse(message.value?.toString() ?? '');
  return typeof json === 'object' && json !== null && 'type' in json ? String(json.type) : '-';
}

function pretty(text: string): string {
  const json = parse(text);
  const lines = (json === undefined ? text : JSON.stringify(json, null, 2)).split('\n');
  return lines.map(printable).join('\n');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
