import { type Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import type { Place } from './offset-commits.ts';

/** The offset to read next, by topic and partition. */
export type Positions = ReadonlyMap<string, Map<number, number>>;

/** What brokers are asked for instead of a time. */
export const { LATEST, EARLIEST } = ListOffsetTimestamps;

/** Positions that the topics do not have (any more) go back to their beginning. */
export async function seekBack(consumer: Consumer, positions: Positions): Promise<void> {
  const [first, end] = [await offsetsOf(consumer, positions, EARLIEST), await offsetsOf(consumer, positions, LATEST)];
  moveAll(positions, (offset, topic, partition) => {
    const [from, to] = [first(topic, partition) ?? 0, end(topic, partition) ?? 0];
    return offset < from || offset > to ? from : offset;
  });
}

/** @returns the places that are other ones now */
export function moveAll(
  positions: Positions,
  to: (offset: number, topic: string, partition: number) => number,
): Place[] {
  const moved: Place[] = [];
  for (const [topic, offsets] of positions) {
    for (const [partition, before] of offsets) {
      const offset = to(before, topic, partition);
      if (offset !== before) moved.push({ topic, partition, offset });
      offsets.set(partition, offset);
    }
  }
  return moved;
}

/** Where the partitions begin or end, as the brokers say. */
export async function offsetsOf(consumer: Consumer, positions: Positions, timestamp: bigint) {
  const listed = await consumer.listOffsets({ topics: [...positions.keys()], timestamp });
  return (topic: string, partition: number): number | undefined => {
    const offset = listed.get(topic)?.[partition];
    return offset === undefined ? undefined : Number(offset);
  };
}
