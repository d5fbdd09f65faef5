import { Admin, ListOffsetTimestamps } from '@platformatic/kafka';

/**
 * How many messages each consumer group has before it, of the groups whose names fit.
 * @returns nothing for a group that has never committed
 */
export async function groupLags(
  bootstrapBrokers: readonly string[],
  fits: (groupId: string) => boolean,
): Promise<Map<string, number>> {
  const admin = new Admin({ clientId: 'group-lags', bootstrapBrokers: [...bootstrapBrokers] });
  try {
    const groups = [...(await admin.listGroups()).keys()].filter(fits);
    const known = groups.length === 0 ? [] : await admin.listConsumerGroupOffsets({ groups });
    const committed = known.filter(({ topics }) => topics.length > 0);
    const ends = await endsOf(admin, new Set(committed.flatMap(({ topics }) => topics.map(({ name }) => name))));
    const lag = (
      name: string,
      { partitionIndex, committedOffset }: { partitionIndex: number; committedOffset: bigint },
    ) =>
      // a partition that nothing was ever read from has the offset -1
      Math.max(0, (ends.get(`${name}/${partitionIndex}`) ?? 0) - Math.max(0, Number(committedOffset)));
    return new Map(
      committed.map(({ groupId, topics }) => [
        groupId,
        topics.reduce((sum, { name, partitions }) => sum + partitions.reduce((all, one) => all + lag(name, one), 0), 0),
      ]),
    );
  } finally {
    await admin.close();
  }
}

async function endsOf(admin: Admin, names: ReadonlySet<string>): Promise<Map<string, number>> {
  if (names.size === 0) return new Map();
  const { topics } = await admin.metadata({ topics: [...names] });
  const asked = [...topics].map(([name, { partitionsCount }]) => ({
    name,
    partitions: Array.from({ length: partitionsCount }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp: ListOffsetTimestamps.LATEST,
    })),
  }));
  const listed = await admin.listOffsets({ topics: asked });
  return new Map(
    listed.flatMap(({ name, partitions }) =>
      partitions.map((one) => [`${name}/${one.partitionIndex}`, Number(one.offset)] as const),
    ),
  );
}

/** Moves a group's committed offset in every partition of a topic, as an operator would. */
export async function moveGroup(
  bootstrapBrokers: readonly string[],
  groupId: string,
  topic: string,
  offset: number,
): Promise<void> {
  const admin = new Admin({ clientId: 'move-group', bootstrapBrokers: [...bootstrapBrokers] });
  try {
    const { topics } = await admin.metadata({ topics: [topic] });
    const partitionOffsets = Array.from({ length: topics.get(topic)?.partitionsCount ?? 0 }, (_, partition) => ({
      partition,
      offset: BigInt(offset),
    }));
    await admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets }] });
  } finally {
    await admin.close();
  }
}
