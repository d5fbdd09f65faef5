import { expect, test } from 'vitest';
import { rememberingPartitioner } from './partitioner.ts';

// https://github.com/apache/kafka/blob/4.1.0/clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java
const JAVA = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
] as const;

test.each(JAVA)('%s lies where the Java clients would put it, asked once or twice', (key, hash) => {
  const partition = rememberingPartitioner();
  expect([partition({ key }), partition({ key })]).toEqual([hash & 0x7fffffff, hash & 0x7fffffff]);
});

test('more keys than it remembers change nothing', () => {
  const partition = rememberingPartitioner();
  const first = partition({ key: 'foobar' });
  for (let n = 0; n < 10_001; n++) partition({ key: `key-${n}` });
  expect(partition({ key: 'foobar' })).toBe(first);
});
