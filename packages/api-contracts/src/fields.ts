import { Id as AnyId } from '@malipo/values';
import { z } from 'zod';

/** Lower-case inside: some systems write ids in capitals. @see RFC 9562 §4 */
export const Id = AnyId.toLowerCase();
const EMAIL = 'write it like grace@example.co.ke';
/** How a field is written; of one that is not there it says so first. */
const written = (how: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? `is missing: ${how}` : how),
});

/** Compared without regard to case; phone keyboards put a space behind it. */
export const Email = z.string(written(EMAIL)).trim().check(z.email(EMAIL)).max(254).toLowerCase();
/** Test money is never mixed with live money. @see docs/adr/0009-test-and-live-money.md */
export const Mode = z.enum(['test', 'live']);
/** One of ours, which may be reckoned from a given one. */
export const OurDay = z.iso.date().describe('Nairobi day');

/** Nairobi day that somebody gives us; centuries beyond these are typing mistakes. */
export const Day = z.iso
  .date()
  .refine((day) => day >= '2000-01-01' && day <= '2100-12-31', 'must lie between 2000-01-01 and 2100-12-31')
  .meta({ pattern: String.raw`^(?:20\d\d|2100)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$` }) // for the document
  .describe('Nairobi day, YYYY-MM-DD, from 2000-01-01 to 2100-12-31');
/** ISO 8601 with `Z`. */
export const Instant = z.iso.datetime(written('give the time in UTC, with Z, such as 2026-11-22T07:00:00Z'));
/** Cents; negative where the field says so. */
export const Amount = z.int();
/** Cents added up: exact as far as a number is (2^53), beyond that the nearest; never a reason not to answer. */
export const Sum = z.number().refine(Number.isInteger, 'whole cents').meta({ type: 'integer' });
/** Why a person does something, in their own words. */
export const Why = z.string().trim().max(500);
/** How a person spreads money over invoices. */
export const Parts = z.array(z.strictObject({ invoiceId: Id, amountCents: z.int().positive() })).max(100);
/** The fields that must be there, and what is left of the others: false for none. */
type Alternative = { needs?: Record<string, object>; leaves?: Record<string, false | object> };

/**
 * For the document: which fields go with which; at least one alternative must fit. They stand beside the body's fields, each
 * with its type: generators would take a bare choice for bodies without fields.
 */
export const alternatives = (...all: Alternative[]) => ({
  allOf: [
    {
      anyOf: all.map(({ needs = {}, leaves = {} }) => ({
        ...{ type: 'object', properties: { ...needs, ...leaves } },
        required: Object.keys(needs),
      })),
    },
  ],
});

/** One reason for a decision, in words. */
export const Because = z.object({
  code: z
    .string()
    .optional()
    .describe('stays the same whatever the wording; absent where the decision is older than codes'),
  en: z.string(),
  sw: z.string(),
  score: z.number().describe('for it above zero, against it below'),
});
