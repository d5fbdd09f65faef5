import { colour, table } from '../terminal.ts';
import type { DemoBusiness } from './business.ts';

/** Where the demonstration can be looked at. */
export type Addresses = { api: string; sandbox: string; metrics: string };

const PAYER = 'ADM1004';
const SHILLINGS = 14_000;

/** What a newcomer can open and do next. */
export const closingLines = (business: DemoBusiness, addresses: Addresses): string =>
  [
    colour.bold('Open'),
    table(['what', 'where'], toOpen(business, addresses)),
    colour.bold('Log in'),
    `  on the API page, with POST /api/v1/auth/login: ${JSON.stringify(business.owner)}`,
    colour.bold('Let somebody pay'),
    `  ${payCommand(business, addresses.sandbox)}`,
  ].join('\n\n');

const toOpen = ({ paybill }: DemoBusiness, { api, sandbox, metrics }: Addresses): string[][] => [
  ['API page', `${api}/api/docs`],
  ['OpenAPI document', `${api}/api/openapi.json`],
  ['metrics (one of each service)', `${metrics}/metrics`],
  ['what M-Pesa says was paid', `${sandbox}/_control/mpesa/shortcodes/${paybill}/statement`],
  ['SMS that payers got', `${sandbox}/_control/sms/sent`],
];

/** Pays the rest of an invoice of which only a part was paid. */
function payCommand({ paybill, customers }: DemoBusiness, sandbox: string): string {
  const phone = customers.get(PAYER)?.phone;
  const body = JSON.stringify({ shortcode: paybill, amount: SHILLINGS, reference: PAYER, phone });
  return `curl ${sandbox}/_control/mpesa/payments -H 'content-type: application/json' -d '${body}'`;
}
