import { z } from 'zod';

const PLAIN = /^-?\d+(?:\.\d+)?$/;

/** A number in a query, in plain digits: `Number` alone takes `0x10` and `2e1`, too, and a partner's mistake for an order. */
export const queryNumber = (schema: z.ZodNumber) =>
  z.preprocess((given) => (typeof given === 'string' ? plainNumber(given) : given), schema);

const plainNumber = (text: string): number => (PLAIN.test(text) ? Number(text) : Number.NaN);

/** A time in a query, in UTC or with an offset, whose `+` arrives as a space where it was not escaped. */
export const QueryInstant = z.preprocess(
  (given) => (typeof given === 'string' ? given.replace(/ (?=\d\d:\d\d$)/, '+') : given),
  z.iso.datetime({
    offset: true,
    error: 'give a time with Z or an offset, such as 2026-11-22T07:00:00Z or 2026-11-22T10:00:00+03:00',
  }),
);
