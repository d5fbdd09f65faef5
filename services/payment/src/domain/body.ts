import { parseDecimalCents } from '@malipo/values';
import type { Flag } from './telling.ts';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON object in a body; undefined for anything else. Numbers become floats: read amounts with `parseDigits`. */
export function parseFields(body: Uint8Array): Fields | undefined {
  return asFields(textOf(body), JSON.parse);
}

/** As `parseFields`, but each number becomes the text it was written with, so that no digit is lost. */
export function parseDigits(body: Uint8Array): Fields | undefined {
  return asFields(textOf(body), (text) =>
    JSON.parse(text, (_key, value: unknown, ...[context]: unknown[]) =>
      typeof value === 'number' ? (sourceOf(context) ?? String(value)) : value,
    ),
  );
}

/** A field inside nested objects; undefined where the way there is missing. */
export function fieldsIn(parent: Fields | undefined, ...path: string[]): Fields | undefined {
  let here = parent;
  for (const name of path) {
    const next = here && Object.hasOwn(here, name) ? here[name] : undefined;
    here = isFields(next) ? next : undefined;
  }
  return here;
}

/** Text of a field, well-formed, at most `max` characters; a number counts as its digits, anything else as absent. */
export function textIn(fields: Fields, name: string, max = 500): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof value === 'string') return value.slice(0, max).toWellFormed(); // in this order: the cut may halve a character
  return typeof value === 'number' ? String(value) : '';
}

/** Is a field there, and neither text nor number nor null: a shape that no provider sends? */
export const isOdd = (fields: Fields, name: string): boolean =>
  Object.hasOwn(fields, name) && typeof fields[name] === 'object' && fields[name] !== null;

/** No provider moves a thousand million shillings in one payment. */
const ABSURD_CENTS = 100_000_000_000;

/** An amount of money received: positive and believable, else the reason why not. */
export function readAmount(text: string): { amountCents: number } | { reason: string } {
  const amountCents = parseDecimalCents(text);
  if (amountCents === undefined) return { reason: 'amount_unreadable' };
  if (amountCents <= 0) return { reason: 'amount_not_positive' };
  return amountCents < ABSURD_CENTS ? { amountCents } : { reason: 'amount_absurd' };
}

const RECEIPT = /^[\x21-\x7e]{1,64}$/;

/** A receipt, in capitals as providers write them; undefined where there is none that could be one. */
export function readReceipt(text: string): string | undefined {
  const receipt = text.trim().toUpperCase();
  return RECEIPT.test(receipt) ? receipt : undefined;
}

const LATE_MS = 72 * 3_600_000;
const AHEAD_MS = 5 * 60_000;

/** Real payments do come days late, so an odd time is only a doubt. */
export function timeFlags(paidAt: Date | undefined, receivedAt: Date): Flag[] {
  const age = paidAt ? receivedAt.getTime() - paidAt.getTime() : Number.NaN;
  return age <= LATE_MS && age >= -AHEAD_MS ? [] : ['odd_time'];
}

const textOf = (body: Uint8Array): string => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();

function asFields(text: string, parse: (text: string) => unknown): Fields | undefined {
  try {
    const value = parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The reviver's third argument carries the literal. @see https://tc39.es/proposal-json-parse-with-source/ */
const sourceOf = (context: unknown): string | undefined => {
  const source = isFields(context) ? context.source : undefined;
  return typeof source === 'string' ? source : undefined;
};
