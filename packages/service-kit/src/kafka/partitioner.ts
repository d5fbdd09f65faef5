import { type PartitionerArgs, Partitioners } from 'kafkajs';

/** Beyond this many keys it forgets them all, and learns them anew. */
const MAX_KEYS = 10_000;

/**
 * murmur2, as the Java clients hash, reckoned once for each key: kafkajs does it with big integers, which costs more than
 * the rest of sending a message, and our keys are organisations.
 */
export function rememberingPartitioner(): (args: PartitionerArgs) => number {
  const partitioner = Partitioners.DefaultPartitioner();
  const known = new Map<string, number>();
  return (args) => {
    const { message, partitionMetadata } = args;
    if (typeof message.key !== 'string') return partitioner(args);
    const name = `${partitionMetadata.length} ${message.key}`;
    const held = known.get(name);
    if (held !== undefined) return held;
    if (known.size >= MAX_KEYS) known.clear();
    const partition = partitioner(args);
    known.set(name, partition);
    return partition;
  };
}
