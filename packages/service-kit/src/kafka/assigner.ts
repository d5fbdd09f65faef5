import type { GroupPartitionsAssigner } from '@platformatic/kafka';

/** The name under which the members of a group agree on `coPartitioned`. */
export const CO_PARTITIONED = 'malipo-co-partitioned';

/**
 * Gives partition n of every topic to the same member, so that one organisation's facts from all topics meet one worker.
 * The usual assigners deal topics out independently. All money topics have the same number of partitions.
 * @see docs/adr/0003-key-by-organisation.md
 */
export const coPartitioned: GroupPartitionsAssigner = (_self, members, topics, metadata) => {
  const counts = [...topics].map((topic) => [topic, metadata.topics.get(topic)?.partitionsCount ?? 0] as const);
  return [...assign([...members.keys()].sort(), new Map(counts))].map(([memberId, own]) => ({
    memberId,
    assignments: new Map([...own].map(([topic, partitions]) => [topic, { topic, partitions }])),
  }));
};

/**
 * Partition n goes to the member at n modulo the number of members, whatever the topic.
 * @param counts how many partitions each topic has
 * @returns the partitions of each member, by topic
 */
export function assign(
  memberIds: readonly string[],
  counts: ReadonlyMap<string, number>,
): Map<string, Map<string, number[]>> {
  const ownOf = (place: number, count: number) =>
    Array.from({ length: count }, (_, partition) => partition).filter(
      (partition) => partition % memberIds.length === place,
    );
  return new Map(
    memberIds.map((id, place) => [
      id,
      new Map(
        [...counts].map(([topic, count]) => [topic, ownOf(place, count)] as const).filter(([, own]) => own.length > 0),
      ),
    ]),
  );
}
