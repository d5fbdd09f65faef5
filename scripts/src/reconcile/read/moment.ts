import { parseEatStamp } from '@malipo/values';
import { type Cell, cellText } from './cell.ts';

/** A point in time (UTC milliseconds), and whether the file gave a time of day or only a day. */
export type Moment = { at: number; hasTime: boolean };

/**
 * Day before month, as everywhere in Kenya; month before day, or two digits of the year before both, where a column leaves
 * no other reading; `mixed` and `mixedMdy` read the day or the month first where the dates contradict each other.
 */
export type DateOrder = 'dmy' | 'mdy' | 'ymd' | 'mixed' | 'mixedMdy';

const NUMERIC = /^(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[ T,]+(.+))?$/;
const DAY_FIRST =
  /^(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3,10})\.?[-/., ]*(\d{4}|\d{2})(?:[ T,]+(.+))?$/i;
const MONTH_FIRST = /^([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:[ T,]+(.+))?$/i;
const TIME = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*(?:([ap])\.?m\.?)?$/i;
const ZONED = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})$/;

/** English and Swahili, by their first three letters. */
const MONTHS: Record<string, number> = {
  ...{ jan: 1, feb: 2, mar: 3, mac: 3, apr: 4, may: 5, mei: 5, jun: 6, jul: 7, aug: 8, ago: 8 },
  ...{ sep: 9, oct: 10, okt: 10, nov: 11, dec: 12, des: 12 },
};

/** Days that Excel counts from 1899-12-30; the range covers 1990 to 2100. */
const SERIAL = { from: 32_874, to: 73_050, epoch: 25_569 };
const DAY_MS = 86_400_000;

/**
 * Reads a date, with or without a time, as statements, exports and people write it; without an offset it is Nairobi time.
 * @returns undefined for what is no date, or an impossible one
 */
export function readMoment(cell: Cell, order: DateOrder = 'dmy'): Moment | undefined {
  if (cell instanceof Date) return fromWall(cell.getTime());
  const text = cellText(cell);
  if (/^\d{8}$/.test(text)) return compose(text.slice(0, 4), text.slice(4, 6), text.slice(6));
  if (/^\d{14}$/.test(text)) return timed(parseEatStamp(text));
  if (/^\d{5}(\.\d+)?$/.test(text)) return fromSerial(Number(text));
  if (ZONED.test(text)) return fromZoned(text);
  return fromText(text, order);
}

/** JavaScript makes the second of March of `2026-02-30`. */
const fromZoned = (text: string): Moment | undefined =>
  fromText(text.slice(0, 10), 'dmy') && timed(new Date(text.replace(/ (?=[Z+-])/, '').replace(' ', 'T')));

function fromText(text: string, order: DateOrder): Moment | undefined {
  const numeric = NUMERIC.exec(text);
  if (numeric) {
    const [, a = '', b = '', c = '', time] = numeric;
    if (a.length === 4) return compose(a, b, c, time);
    const [year, month, day] = YEAR_MONTH_DAY[order].map((at) => [a, b, c][at]);
    return isPlausible(year) ? compose(year, month, day, time) : undefined;
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return compose(dayFirst[3], monthOf(dayFirst[2]), dayFirst[1], dayFirst[4]);
  const monthFirst = MONTH_FIRST.exec(text);
  return monthFirst ? compose(monthFirst[3], monthOf(monthFirst[1]), monthFirst[2], monthFirst[4]) : undefined;
}

/** Where each stands among three numbers. */
const YEAR_MONTH_DAY: Readonly<Record<DateOrder, readonly number[]>> = {
  dmy: [2, 1, 0],
  mixed: [2, 1, 0],
  mdy: [2, 0, 1],
  mixedMdy: [2, 0, 1],
  ymd: [0, 1, 2],
};

/** Two digits are a year of the last twenty or the next two, else they are a day or a slip of the pen. */
function isPlausible(year = ''): boolean {
  const thisYear = new Date().getUTCFullYear();
  return year.length !== 2 || (Number(year) + 2000 >= thisYear - 20 && Number(year) + 2000 <= thisYear + 2);
}

const monthOf = (word = ''): string => String(MONTHS[word.slice(0, 3).toLowerCase()] ?? 13);

function compose(year = '', month = '', day = '', time?: string): Moment | undefined {
  const fullYear = year.length === 2 ? `20${year}` : year;
  const clock = time === undefined ? '000000' : readTime(time);
  if (fullYear.length !== 4 || clock === undefined || Number(fullYear) < 1990 || Number(fullYear) > 2100)
    return undefined;
  const at = parseEatStamp(`${fullYear}${month.padStart(2, '0')}${day.padStart(2, '0')}${clock}`);
  return at && { at: at.getTime(), hasTime: time !== undefined };
}

/** `8:31 PM`, `08:31`, `08.31.12` as six digits. */
function readTime(text: string): string | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const [, hour = '', minute = '', second = '00', half] = match;
  const isOfTwelve = half !== undefined && Number(hour) <= 12; // programs write 14:05 AM, too
  const hours = isOfTwelve ? (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : Number(hour);
  return `${String(hours).padStart(2, '0')}${minute}${second}`;
}

function fromSerial(serial: number): Moment | undefined {
  if (serial < SERIAL.from || serial > SERIAL.to) return undefined;
  return fromWall(Math.round((serial - SERIAL.epoch) * (DAY_MS / 1000)) * 1000);
}

/** A wall clock that is kept in UTC fields, as worksheets give it. */
function fromWall(wall: number): Moment | undefined {
  const digits = new Date(Math.round(wall / 1000) * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
  const at = parseEatStamp(digits);
  return at && { at: at.getTime(), hasTime: !digits.endsWith('000000') };
}

const timed = (at: Date | undefined): Moment | undefined =>
  at && !Number.isNaN(at.getTime()) ? { at: at.getTime(), hasTime: true } : undefined;

/** Three numbers, whose order is open. */
export const isNumericDate = (cell: Cell): boolean => !(cell instanceof Date) && NUMERIC.test(cellText(cell));

/** A time of day in a cell of its own, as milliseconds: text, a fraction of a day, or a worksheet's time without a day. */
export function readClock(cell: Cell): number | undefined {
  if (cell instanceof Date) return cell.getUTCFullYear() < 1901 ? mod(cell.getTime(), DAY_MS) : undefined;
  const text = cellText(cell);
  if (typeof cell === 'number' || /^0?\.(?:\d|\d{3,})$/.test(text)) {
    return Number(text) >= 0 && Number(text) < 1 ? Math.round(Number(text) * 86_400) * 1000 : undefined;
  }
  const [, hours, minutes, seconds] = /^(\d\d)(\d\d)(\d\d)$/.exec(readTime(text) ?? '') ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return hours === undefined ? undefined : (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** The rest of a division, positive also before 1970. */
const mod = (value: number, by: number): number => (((Math.round(value / 1000) * 1000) % by) + by) % by;
