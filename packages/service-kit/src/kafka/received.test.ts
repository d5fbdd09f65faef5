import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineEvent, personal } from '../event.ts';
import { decode, isForeign } from './received.ts';

const Happened = defineEvent({
  type: 'thing.happened',
  version: 1,
  topic: 'thing.events',
  data: z.object({
    amountCents: z.int(),
    phone: personal(z.string()),
    inner: z.object({ names: personal(z.array(z.string())) }),
  }),
});
const definitions = new Map([['thing.happened.v1', Happened]]);
const data = { amountCents: 5, phone: '254', inner: { names: ['A'] } };
const outgoing = Happened.create(data, { organisationId: 'org', subject: { id: 's', version: 2 }, at: new Date(0) });
const raw = (value: string | null, headers = {}) => ({
  topic: 't',
  partition: 3,
  message: { value: value === null ? null : Buffer.from(value), headers, key: null, offset: '7', timestamp: 0 },
});

test('an event comes back as it was created, with the cause for what follows', () => {
  const decoded = decode(raw(outgoing.value, { traceparent: Buffer.from('00-a-b-01') }), definitions);
  expect(decoded).toMatchObject({
    kind: 'event',
    event: {
      data,
      subject: { id: 's', version: 2 },
      partition: 3,
      cause: { causationId: outgoing.id, traceparent: '00-a-b-01' },
    },
  });
});

test('personal fields are known by path', () => {
  expect(Happened.personal).toEqual(['phone', 'inner.names']);
});

test.each([
  ['not JSON', 'nonsense', 'broken'],
  ['no value', null, 'broken'],
  ['a bad envelope', '{"id":1}', 'broken'],
  ['bad data', outgoing.value.replace('"amountCents":5', '"amountCents":"5"'), 'broken'],
  ['an unknown type', outgoing.value.replace('thing.happened', 'thing.vanished'), 'unknown'],
  ['an unknown version', outgoing.value.replace('"version":1', '"version":9'), 'unknown'],
])('%s is told apart without throwing', (_, value, kind) => {
  expect(decode(raw(value), definitions).kind).toBe(kind);
});

test('what cannot be read names its subject where the envelope can be, so that later events wait behind it', () => {
  const bad = outgoing.value.replace('"amountCents":5', '"amountCents":"5"');
  expect(decode(raw(bad), definitions)).toMatchObject({ kind: 'broken', subject: 's' });
  for (const value of ['nonsense', '{"id":1}'])
    expect(decode(raw(value), definitions)).toMatchObject({ kind: 'broken', subject: null });
});

test('what nobody subscribes to is passed over unread; whatever cannot be told is read', () => {
  const other = raw(outgoing.value.replace('thing.happened', 'thing.vanished'));
  expect(isForeign(other, definitions)).toBe(true);
  expect(isForeign(raw(outgoing.value.replace('"version":1', '"version":2')), definitions)).toBe(true);
  for (const value of [outgoing.value, ` ${outgoing.value}`, '{"type":"thing.vanished"}', 'not json', '', null])
    expect(isForeign(raw(value), definitions)).toBe(false);
});
