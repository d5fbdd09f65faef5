import process from 'node:process';
import { pino } from 'pino';
import { createSpool } from '../spool.ts';

/** Appends ten items and prints which of them were acknowledged; started by `spool.test.ts` under a limit of file size. */
const [, , directory = ''] = process.argv;
const spool = await createSpool<{ n: number; text: string }>({ directory, log: pino({ level: 'silent' }) });
const acknowledged: number[] = [];
const failures: unknown[] = [];
for (let n = 0; n < 10; n++) {
  await spool.append({ n, text: 'x'.repeat(3_000) }).then(
    () => acknowledged.push(n),
    (error: { code?: unknown }) => failures.push(error.code),
  );
}
process.stdout.write(JSON.stringify({ acknowledged, failures }));
