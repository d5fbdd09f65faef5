import { memoryMb } from '../processes.ts';
import { writeSection } from '../report/sections.ts';
import { buildRig } from '../rig.ts';

const SETTLE_MS = 20_000;

/** The whole platform in one process, with nothing to do for twenty seconds. */
const rig = await buildRig('idle', [
  ['identity', 'invoice', 'payment', 'reconciliation', 'notification', 'analytics', 'gateway'],
]);
try {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const cpuBefore = rig.cpu();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const { now, peak } = memoryMb(rig.pidOf('payment'));
  writeSection('idle', [
    `All seven services in one process: ${now.toFixed(0)} MB resident after ${SETTLE_MS / 1000} s without work (floor 350), peak ${peak.toFixed(0)} MB while starting. Everything together, MongoDB, Kafka and Redis included, uses ${((rig.cpu() - cpuBefore) * 10).toFixed(1)} % of one core.`,
  ]);
} finally {
  await rig.stop();
}
