import { z } from 'zod';

/** Test money is never mixed with live money. @see docs/adr/0009-test-and-live-money.md */
export const Mode = z.enum(['test', 'live']);
/** ISO 8601 with `Z`. */
export const Instant = z.iso.datetime();
/** Cents; negative where the field says so. */
export const Amount = z.int();
