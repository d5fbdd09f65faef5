import { expect, test } from 'vitest';
import { readBatch } from './message.ts';

const record = (offsetDelta: number, headers: [Buffer, Buffer][] = []) => ({
  length: 0,
  attributes: 0,
  timestampDelta: BigInt(offsetDelta),
  offsetDelta,
  key: Buffer.from('org'),
  value: Buffer.from(`value ${offsetDelta}`),
  headers,
});
const batch = (firstOffset: bigint, records: ReturnType<typeof record>[], attributes = 0) => ({
  firstOffset,
  length: 0,
  partitionLeaderEpoch: 0,
  magic: 2,
  crc: 0,
  attributes,
  lastOffsetDelta: records.length - 1,
  firstTimestamp: 1_000n,
  maxTimestamp: 1_000n,
  producerId: 0n,
  producerEpoch: 0,
  firstSequence: 0,
  records,
});
const answer = (highWatermark: bigint, ...records: ReturnType<typeof batch>[]) => ({
  partitionIndex: 3,
  errorCode: 0,
  highWatermark,
  lastStableOffset: highWatermark,
  logStartOffset: 0n,
  abortedTransactions: [],
  preferredReadReplica: -1,
  records,
});
const offsetsIn = ({ messages }: ReturnType<typeof readBatch>) => messages.map(({ message }) => message.offset);

test('a message comes with its place, its time and its headers', () => {
  const traced = record(1, [[Buffer.from('traceparent'), Buffer.from('00-a-b-01')]]);
  const read = readBatch('source.events', answer(12n, batch(10n, [record(0), traced])), 10);
  expect(read).toMatchObject({ topic: 'source.events', partition: 3, next: 12, hasMore: false });
  expect(read.messages[1]).toMatchObject({ topic: 'source.events', partition: 3 });
  expect(read.messages[1]?.message).toEqual({
    key: Buffer.from('org'),
    value: Buffer.from('value 1'),
    headers: { traceparent: Buffer.from('00-a-b-01') },
    offset: '11',
    timestamp: 1_001,
  });
});

test('a message that the broker dated has its time, whatever its sender wrote', () => {
  const dated = { ...batch(10n, [record(0), record(1)], 1 << 3), maxTimestamp: 5_000n };
  const { messages } = readBatch('t', answer(12n, dated), 10);
  expect(messages.map(({ message }) => message.timestamp)).toEqual([5_000, 5_000]);
});

test('what lies before the place asked for is left out, and more at the broker is told', () => {
  const read = readBatch('t', answer(20n, batch(10n, [record(0), record(1), record(2)])), 11);
  expect(offsetsIn(read)).toEqual(['11', '12']);
  expect(read).toMatchObject({ next: 13, hasMore: true });
});

test('markers of transactions are passed over', () => {
  const read = readBatch('t', answer(12n, batch(10n, [record(0)], 1 << 5), batch(11n, [record(0)])), 10);
  expect(offsetsIn(read)).toEqual(['11']);
  expect(readBatch('t', answer(11n, batch(10n, [record(0)], 1 << 5)), 10)).toMatchObject({ messages: [], next: 11 });
});

test('nothing new leaves the place as it was', () => {
  expect(readBatch('t', answer(10n), 10)).toMatchObject({ messages: [], next: 10, hasMore: false });
});
