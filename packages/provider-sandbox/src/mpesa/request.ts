import { z } from 'zod';
import { invalid } from './errors.ts';

/** A JSON number or text, read as text; many callers send short codes either way. */
export const Digits = z.union([z.string(), z.int()]).transform(String);

export const ShortcodeNumber = Digits.pipe(z.string().regex(/^\d{5,7}$/));

/** Whole shillings, at least one; decimals are an invalid amount. */
export const WholeShillings = z.union([z.int().min(1), z.string().regex(/^[1-9]\d*$/)]).transform(Number);

export const KenyanMsisdn = Digits.pipe(z.string().regex(/^254[17]\d{8}$/));

/** Labels that are not the field's name: an absent reference is blamed on the remarks. @see docs/providers.md */
const ABSENT_LABELS: Record<string, string> = { AccountReference: 'Remarks', TransactionDesc: 'Remarks' };

/**
 * Reads a request; the first bad field decides the refusal.
 * @throws {DarajaError} 400.002.02
 */
export function readRequest<T>(schema: z.ZodType<T>, body: unknown): T {
  // Daraja does not read a body of another content type, so it misses the first field.
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const reading = schema.safeParse(fields);
  if (reading.success) return reading.data;
  const name = String(reading.error.issues[0]?.path[0] ?? 'request payload');
  const absent = fields[name] === undefined || fields[name] === null || fields[name] === '';
  throw invalid((absent && ABSENT_LABELS[name]) || name);
}
