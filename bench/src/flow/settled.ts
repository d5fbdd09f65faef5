import { type Admin, Kafka, logLevel } from 'kafkajs';

/**
 * Resolves when every consumer group of the platform has worked off all that its topics hold: figures, copies and
 * receipts follow the money later, and what they still owe one phase must not be paid in the next.
 * @returns seconds that it took
 * @throws {Error} naming the groups that are behind after `deadlineMs`
 */
export async function untilAllConsumed(
  brokers: readonly string[],
  prefix: string,
  deadlineMs = 180_000,
): Promise<number> {
  const admin = new Kafka({ clientId: 'settled', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const started = performance.now();
  try {
    for (;;) {
      const behind = await groupsBehind(admin, prefix);
      if (behind.length === 0) return (performance.now() - started) / 1000;
      if (performance.now() - started > deadlineMs)
        throw new Error(`still behind after ${deadlineMs / 1000} s: ${behind.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } finally {
    await admin.disconnect();
  }
}

async function groupsBehind(admin: Admin, prefix: string): Promise<string[]> {
  const { groups } = await admin.listGroups();
  const ours = groups.map((group) => group.groupId).filter((id) => id.startsWith(prefix) && !id.endsWith('watch'));
  const behind = await Promise.all(ours.map(async (groupId) => ((await lagOf(admin, groupId)) > 0 ? [groupId] : [])));
  return behind.flat();
}

async function lagOf(admin: Admin, groupId: string): Promise<number> {
  const committed = await admin.fetchOffsets({ groupId });
  const lags = await Promise.all(
    committed.map(async ({ topic, partitions }) => {
      const ends = new Map((await admin.fetchTopicOffsets(topic)).map((one) => [one.partition, Number(one.high)]));
      return partitions.reduce(
        (sum, { partition, offset }) => sum + lagBetween(Number(offset), ends.get(partition)),
        0,
      );
    }),
  );
  return lags.reduce((sum, lag) => sum + lag, 0);
}

/** A partition that nothing was ever read from has the offset -1. */
const lagBetween = (committed: number, end = 0): number => Math.max(0, end - Math.max(0, committed));
