import { eatDateTime } from '@malipo/values';
import { z } from 'zod';
import type { MpesaContext } from './context.ts';
import type { Transaction } from './ledger.ts';
import { details, otherParty, reasonType } from './portal-text.ts';
import type { Shortcode } from './shortcodes.ts';

export const PortalCsvOptions = z.object({
  from: z.coerce.date().optional(),
  to: z.coerce.date().optional(),
  /** Ends the file with a totals row, as some exports do. */
  totals: z.stringbool().or(z.boolean()).optional(),
  dates: z.enum(['dd-mm-yyyy', 'yyyy-mm-dd']).optional(),
  /** Adds the Currency column of some exports. */
  currency: z.stringbool().or(z.boolean()).optional(),
});
export type PortalCsvOptions = z.infer<typeof PortalCsvOptions>;

const COLUMNS = [
  'Receipt No.',
  'Completion Time',
  'Initiation Time',
  'Details',
  'Transaction Status',
  'Paid In',
  'Withdrawn',
  'Balance',
  'Balance Confirmed',
  'Reason Type',
  'Other Party Info',
  'Linked Transaction ID',
  'A/C No.',
];

/** The organisation portal's export: six preamble rows, the header on row 7, newest first. @see docs/providers.md */
export function portalCsv(ctx: MpesaContext, number: string, options: PortalCsvOptions = {}): string {
  const shortcode = ctx.registry.get(number);
  const rows = ctx.ledger
    .of(shortcode.shortcode)
    .filter(
      ({ completedAt }) => (!options.from || completedAt >= options.from) && (!options.to || completedAt <= options.to),
    )
    .toSorted((left, right) => right.completedAt.getTime() - left.completedAt.getTime());
  const extra = options.currency ? ['KES'] : [];
  const lines = [
    ...preamble(ctx, shortcode, rows, options),
    [...COLUMNS, ...(options.currency ? ['Currency'] : [])],
    ...rows.flatMap((paid) => tableRows(shortcode, paid, options).map((row) => [...row, ...extra])),
    ...(options.totals ? [totalsRow(rows)] : []),
  ];
  return `${lines.map((cells) => cells.map(quote).join(',')).join('\r\n')}\r\n`;
}

function preamble(ctx: MpesaContext, shortcode: Shortcode, rows: Transaction[], options: PortalCsvOptions): string[][] {
  const newest = rows[0]?.completedAt ?? ctx.settings.now();
  const oldest = rows.at(-1)?.completedAt ?? newest;
  const period = [options.from ?? oldest, options.to ?? newest].map((at) => portalDate(at, options));
  return [
    ['Organization Name:', shortcode.organisationName],
    ['Short Code:', shortcode.shortcode],
    ['Account:', shortcode.kind === 'till' ? 'Merchant Account' : 'Utility Account'],
    ['Time Period:', `${period[0]} to ${period[1]}`],
    ['Operator:', 'sandbox', 'Report Date:', portalDate(ctx.settings.now(), options)],
    ['Closing Balance:', money(ctx.ledger.balanceCents(shortcode.shortcode)), 'Transactions:', String(rows.length)],
  ];
}

/** The payment, and its charge with the very same receipt. */
function tableRows(shortcode: Shortcode, paid: Transaction, options: PortalCsvOptions): string[][] {
  const { receipt, status, amountCents, balanceCents, linkedReceipt = '' } = paid;
  const times = [portalDate(paid.completedAt, options), portalDate(paid.initiatedAt, options)];
  const reason = reasonType(shortcode, paid);
  const party = otherParty(paid);
  const inOut = amountCents > 0 ? [money(amountCents), ''] : ['', money(amountCents)];
  const tail = [party, linkedReceipt, shortcode.kind === 'till' ? '' : paid.reference];
  const row = [
    receipt,
    ...times,
    details(shortcode, paid),
    status,
    ...inOut,
    money(balanceCents),
    'true',
    reason,
    ...tail,
  ];
  const charge = shortcode.chargeCents ?? 0;
  if (!charge || status !== 'Completed' || paid.kind === 'reversal') return [row];
  const name = shortcode.kind === 'till' ? 'Merchant Payment Charge' : 'Pay Bill Charge';
  const balance = money(balanceCents - charge);
  return [[receipt, ...times, name, status, '', money(-charge), balance, 'true', name, '', '', ''], row];
}

function totalsRow(rows: Transaction[]): string[] {
  const completed = rows.filter(({ status }) => status === 'Completed').map(({ amountCents }) => amountCents);
  const sum = (amounts: number[]): string => money(amounts.reduce((total, amount) => total + amount, 0));
  const paidIn = sum(completed.filter((amount) => amount > 0));
  return ['Total', '', '', '', '', paidIn, sum(completed.filter((amount) => amount < 0)), '', '', '', '', '', ''];
}

/** EAT without an offset: `15-01-2026 08:31:12`. */
function portalDate(at: Date, { dates = 'dd-mm-yyyy' }: PortalCsvOptions): string {
  const text = eatDateTime(at);
  return dates === 'yyyy-mm-dd'
    ? text
    : `${text.slice(8, 10)}-${text.slice(5, 7)}-${text.slice(0, 4)}${text.slice(10)}`;
}

/** `1,500.00`, negative for money out. */
const money = (cents: number): string => (cents / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');

/** RFC 4180. Payers' text is exported as it is, formulas and all, as the portal does. */
const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
