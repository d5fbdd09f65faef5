import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, vi } from 'vitest';
import type { RawPayment } from '../records.ts';
import { createSession } from '../session.ts';

const MAIN = join(import.meta.dirname, '../main.ts');

function customer(id: string, name: string, phone: string, account: string) {
  return { id, tenant_id: 'T1', name, is_company: false, contact_name: null, phone, account_no: account };
}

function invoice(id: string, customerId: string, number: string, cents: number) {
  const dates = { issue_date: '2026-07-01', due_date: '2026-07-31', description: 'Rent July 2026', currency: 'KES' };
  return { id, tenant_id: 'T1', customer_id: customerId, number, ...dates, amount_cents: cents, balance_cents: cents };
}

/** A folder with two customers who owe one invoice each; it is gone when the tests of the file are done. */
export function createDataset(): string {
  const dir = mkdtempSync(join(tmpdir(), 'recon-engine-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const file = (name: string, rows: unknown) => writeFileSync(join(dir, `${name}.json`), JSON.stringify(rows));
  file('customers', [
    customer('C1', 'Naserian Lekishon', '0712345678', 'H12'),
    customer('C2', 'Esther Barasa', '0798765432', 'H13'),
  ]);
  file('invoices', [invoice('I1', 'C1', 'INV-2026-00123', 250_000), invoice('I2', 'C2', 'INV-2026-00124', 340_000)]);
  return dir;
}

/** A payment that names nothing. */
export const payment = (id: string, change: Partial<RawPayment>): RawPayment => ({
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

/** Kills what a test of this file left running; each starts a process, and a slow machine is no failure. */
export function killAfterEach(): void {
  vi.setConfig({ testTimeout: 60_000 });
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
  });
}

export type Answer = {
  type: string;
  payment_id?: string;
  decision?: string;
  confidence?: number;
  customer_id?: string | null;
  allocations?: unknown[];
  reason?: string;
};

type Spoken = { code: number | null; errors: string; answers: Answer[] };

/** Runs the command on a piece of input after another, as they are; nothing but whole JSON lines may come out. */
export async function feed(
  pieces: readonly (string | Uint8Array)[],
  { endInput = true, command = [process.execPath, MAIN], cwd = process.cwd() } = {},
): Promise<Spoken> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: 'pipe', cwd });
  running.add(child);
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  // a command that has already given up reads no more
  child.stdin.on('error', () => undefined);
  for (const piece of pieces) {
    child.stdin.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (endInput) child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  running.delete(child);
  const lines = Buffer.concat(output).toString().split('\n');
  if (lines.pop() !== '') throw new Error('the last line of the output is not ended');
  return {
    code,
    errors: Buffer.concat(errors).toString(),
    answers: lines.map((line) => JSON.parse(line) as Answer),
  };
}

/** Runs the command on the given input lines, as the benchmark's driver does. */
export const speak = (messages: readonly object[], options: { endInput: boolean }): Promise<Spoken> =>
  feed([messages.map((message) => `${JSON.stringify(message)}\n`).join('')], options);

/** The same without a process, for what needs none: exit code 2 stands for a session without data. */
export function converse(lines: readonly string[]): { code: number; told: string[]; answers: Answer[] } {
  const told: string[] = [];
  const answers: Answer[] = [];
  const session = createSession({
    answer: (message) => answers.push(message as Answer),
    tell: (problem) => told.push(problem),
  });
  lines.every((line) => session.take(line));
  return { code: session.isLost() ? 2 : Number(told.length > 0), told, answers };
}
