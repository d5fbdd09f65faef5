import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { RawPayment } from './records.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const dir = mkdtempSync(join(tmpdir(), 'recon-engine-'));
const file = (name: string, rows: unknown) => writeFileSync(join(dir, `${name}.json`), JSON.stringify(rows));

file('customers', [
  customer('C1', 'Naserian Lekishon', '0712345678', 'H12'),
  customer('C2', 'Esther Barasa', '0798765432', 'H13'),
]);
file('invoices', [invoice('I1', 'C1', 'INV-2026-00123', 250_000), invoice('I2', 'C2', 'INV-2026-00124', 340_000)]);

function customer(id: string, name: string, phone: string, account: string) {
  return { id, tenant_id: 'T1', name, is_company: false, contact_name: null, phone, account_no: account };
}

function invoice(id: string, customerId: string, number: string, cents: number) {
  const dates = { issue_date: '2026-07-01', due_date: '2026-07-31', description: 'Rent July 2026', currency: 'KES' };
  return { id, tenant_id: 'T1', customer_id: customerId, number, ...dates, amount_cents: cents, balance_cents: cents };
}

const payment = (id: string, change: Partial<RawPayment>): RawPayment => ({
  id,
  tenant_id: 'T1',
  channel: 'mpesa_c2b',
  type: 'payment',
  trans_id: `UH1RECEIP${id.at(-1)}`,
  trans_time: '2026-08-03T10:00:00+03:00',
  received_at: '2026-08-03T10:00:05+03:00',
  amount_cents: 250_000,
  currency: 'KES',
  reference: null,
  narrative: null,
  msisdn: null,
  payer_first: null,
  payer_middle: null,
  payer_last: null,
  checkout_request_id: null,
  reverses_trans_id: null,
  ...change,
});

const running = new Set<ChildProcessWithoutNullStreams>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(() => rmSync(dir, { recursive: true }));

type Answer = { type: string; payment_id?: string; decision?: string; customer_id?: string; allocations?: unknown[] };

/** Runs the command on the given input lines, as the benchmark's driver does. */
async function speak(messages: readonly object[], options: { endInput: boolean }) {
  const child = spawn(process.execPath, [MAIN], { stdio: 'pipe' });
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  for (const message of messages) child.stdin.write(`${JSON.stringify(message)}\n`);
  if (options.endInput) child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  running.delete(child);
  const lines = output.split('\n');
  expect(lines.pop()).toBe('');
  return { code, errors, answers: lines.map((line) => JSON.parse(line) as Answer) };
}

const init = { type: 'init', dir };
const named = { type: 'payment', payment: payment('P1', { reference: 'INV-2026-00123' }) };

test('it is ready, answers every payment in order, and ends on `end` with its input still open', async () => {
  const again = { type: 'payment', payment: payment('P2', { reference: 'INV-2026-00123', trans_id: 'UH1RECEIP1' }) };
  const { code, answers, errors } = await speak([init, named, again, { type: 'end' }], { endInput: false });
  expect(code).toBe(0);
  expect(errors).toBe('');
  expect(answers.map(({ type, payment_id }) => [type, payment_id])).toEqual([
    ['ready', undefined],
    ['prediction', 'P1'],
    ['prediction', 'P2'],
  ]);
  expect(answers[1]).toMatchObject({
    decision: 'auto',
    customer_id: 'C1',
    allocations: [{ invoice: 'I1', amount_cents: 250_000 }],
  });
  expect(answers[2]).toMatchObject({ decision: 'none', allocations: [] });
});

test('it ends on the end of its input, whatever is still to be answered', async () => {
  const { code, answers } = await speak([init, named], { endInput: true });
  expect(code).toBe(0);
  expect(answers.map(({ type }) => type)).toEqual(['ready', 'prediction']);
});

test('what reviewers answered counts from the next payment on', async () => {
  const vague = payment('P3', { reference: 'malipo', amount_cents: 340_000, msisdn: '254700000001' });
  const settled = {
    payment_id: 'P3',
    outcome: 'apply',
    customer_id: 'C2',
    allocations: [{ invoice: 'I2', amount_cents: 340_000 }],
  };
  const next = payment('P4', { reference: 'INV-2026-00124', amount_cents: 340_000 });
  const { answers } = await speak(
    [
      init,
      { type: 'payment', payment: vague },
      { type: 'feedback', items: [settled] },
      { type: 'payment', payment: next },
      { type: 'end' },
    ],
    { endInput: false },
  );
  expect(answers[1]?.decision).not.toBe('auto');
  // the invoice is settled: the same number names nothing that is open
  expect(answers[2]?.allocations).toEqual([]);
});

test('lines and characters may arrive in pieces', async () => {
  const child = spawn(process.execPath, [MAIN], { stdio: 'pipe' });
  running.add(child);
  const bytes = Buffer.from(
    `${[init, { type: 'payment', payment: payment('P5', { reference: 'Ng’ang’a INV-2026-00123' }) }, { type: 'end' }]
      .map((message) => JSON.stringify(message))
      .join('\n')}\n`,
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const cut = bytes.indexOf(0xe2) + 1;
  child.stdin.write(bytes.subarray(0, cut));
  await new Promise((resolve) => setImmediate(resolve));
  child.stdin.write(bytes.subarray(cut));
  await new Promise((resolve) => child.on('close', resolve));
  expect(output.trim().split('\n')).toHaveLength(2);
  expect(output).toContain('"payment_id":"P5","decision":"auto"');
});
