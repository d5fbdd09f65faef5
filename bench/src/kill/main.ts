import process from 'node:process';
import { runKillHarness } from '@malipo/e2e/kill-harness';
import { startStack } from '@malipo/test-kit/stack';
import { writeSection } from '../report/sections.ts';

/** The long form: 10,000 payments, a tenth of them twice, twenty kills. The short one is in the tests. */
const stack = await startStack({ instance: 'bench-kill', ephemeral: true });
try {
  const plan = {
    payments: Number(process.env['KILL_PAYMENTS'] ?? 10_000),
    kills: Number(process.env['KILLS'] ?? 20),
    seed: Number(process.env['KILL_SEED'] ?? 1),
    firstPort: 19_080,
  };
  const report = await runKillHarness(stack, plan, (line) => process.stdout.write(`${line}\n`));
  const { broken, receipts } = report;
  writeSection('kill', [
    `${report.payments} payments in ${report.deliveries} answered deliveries (${report.duplicates} beyond the first, ${report.deliberatelyLost} callbacks never sent), ${report.kills} × \`kill -9\` (${Object.entries(
      report.killed,
    )
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}), seed ${plan.seed}:`,
    '',
    `- broken invariants: ${broken.length === 0 ? 'none' : broken.slice(0, 5).join('; ')}`,
    `- drained ${report.drainedSeconds === undefined ? 'not within a minute' : `${report.drainedSeconds.toFixed(1)} s`} after the last kill and the last callback (at most 20)`,
    `- receipts: ${receipts.sent} sent, ${receipts.twice} twice, ${receipts.unknown} unknown`,
  ]);
  process.exitCode = broken.length === 0 && receipts.twice === 0 ? 0 : 1;
} finally {
  await stack.stop();
}
