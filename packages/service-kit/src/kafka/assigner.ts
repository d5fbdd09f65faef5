import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;

/**
 * Gives partition n of every topic to the same member, so that one organisation's facts from all topics meet one worker.
 * kafkajs' own assigner deals topics out independently. All money topics have the same number of partitions.
 * @see docs/adr/0003-key-by-organisation.md
 */
export const coPartitioned: PartitionAssigner = ({ cluster }) => ({
  name: 'malipo-co-partitioned',
  version: 1,
  async assign({ members, topics }) {
    const ids = members.map((member) => member.memberId).sort();
    const assignment = assign(
      ids,
      new Map(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map((p) => p.partitionId)])),
    );
    return ids.map((memberId) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({
        version: 1,
        assignment: assignment.get(memberId) ?? {},
        userData: Buffer.alloc(0),
      }),
    }));
  },
  protocol: ({ topics }) => ({
    name: 'malipo-co-partitioned',
    metadata: MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
  }),
});

/** Partition n goes to the member at n modulo the number of members, whatever the topic. */
export function assign(
  memberIds: readonly string[],
  partitions: ReadonlyMap<string, readonly number[]>,
): Map<string, Record<string, number[]>> {
  const result = new Map<string, Record<string, number[]>>(memberIds.map((id) => [id, {}]));
  for (const [topic, numbers] of partitions) {
    for (const number of numbers) {
      const member = memberIds[number % memberIds.length];
      const own = member === undefined ? undefined : result.get(member);
      if (!own) continue;
      own[topic] = [...(own[topic] ?? []), number];
    }
  }
  return result;
}
