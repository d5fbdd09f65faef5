/**
 * Nairobi time is UTC+3 all year (no daylight saving), so a fixed offset is exact.
 * Inside the platform a time is a UTC `Date`; these functions stand at the edges only.
 */
const OFFSET_MS = 3 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

const STAMP = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

/**
 * Reads a provider's 14-digit stamp (`20260115083112`, text or number, EAT without an offset).
 * @returns undefined for an impossible date, such as month 13 or 30 February
 */
export function parseEatStamp(stamp: unknown): Date | undefined {
  const text = String(stamp).trim();
  const match = STAMP.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number) as [number, ...number[]];
  const wall = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second));
  return digitsOf(wall) === text ? new Date(wall.getTime() - OFFSET_MS) : undefined;
}

/** Writes a UTC date as a 14-digit EAT stamp, as Daraja wants it. */
export const eatStamp = (date: Date): string => digitsOf(new Date(date.getTime() + OFFSET_MS));

/** The business day in Nairobi, `2026-01-15`. */
export const eatDay = (date: Date): string => eatText(date).slice(0, 10);

/** `2026-01-15 08:31:12` in EAT, for screens, statements and messages. */
export const eatDateTime = (date: Date): string => eatText(date).slice(0, 19).replace('T', ' ');

/** The UTC instant at which a Nairobi day (`YYYY-MM-DD`) begins. */
export const startOfEatDay = (day: string): Date => new Date(Date.parse(`${day}T00:00:00Z`) - OFFSET_MS);

/** Whole days from one Nairobi day to another; negative when `to` lies before `from`. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** The Nairobi day `days` later (or earlier, when negative). */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

const eatText = (date: Date): string => new Date(date.getTime() + OFFSET_MS).toISOString();

const digitsOf = (wall: Date): string => wall.toISOString().replace(/\D/g, '').slice(0, 14);
