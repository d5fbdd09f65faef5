import { expect, it } from 'vitest';
import { customer, grace, invoice, placed } from '../testing/business.ts';
import type { Fact } from '../types.ts';

const feb = '2026-02-05';
const facts: Fact[] = [
  customer('g', 'Grace Auma Okello', { phones: [grace.number.value], accountNumbers: ['D-88'] }),
  invoice('feb', 'g', 'GBT-983-02', 300_000, { issueDay: feb, dueDay: feb, description: 'Supply' }),
  invoice('aug', 'g', 'GBT-1306-08', 300_000, { description: 'Supply' }),
];
const line = { channel: 'bank', number: { form: 'none', value: '' }, payerNames: [], reference: null } as const;
const byBank = (narrative: string, amountCents: number) => placed(facts, { ...line, narrative, amountCents });

it.each([
  ['for two of which one is named by a part', 'GRACE AUMA OKELLO GBT-983-02 AND 1306', 600_000, 'suggested'],
  ['for one that is named by a part', 'GRACE AUMA OKELLO 1306', 300_000, 'suggested'],
  ['for one, with more than it costs', 'FT26977XG74C GRACE AUMA OKELLO GBT-983-02', 350_000, 'auto'],
  ['for one, beside the house', 'GRACE AUMA OKELLO GBT-983-02 D88', 350_000, 'auto'],
  ['for none that is named', 'GRACE AUMA OKELLO 4609348473', 300_000, 'auto'],
])("a bank's line %s", (_what, narrative, cents, outcome) => {
  expect(byBank(narrative, cents).outcome).toBe(outcome);
});
