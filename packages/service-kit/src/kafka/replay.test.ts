import { expect, test } from 'vitest';
import {
  noteId,
  originOf,
  readLetter,
  replayedFor,
  selectForReplay,
  toLetter,
  toReplay,
  type WaitingLetter,
} from './replay.ts';

const raw = {
  topic: 'source.events',
  partition: 3,
  message: {
    key: Buffer.from('org'),
    value: Buffer.from('{}'),
    headers: { traceparent: '00-a-b-01' },
    offset: '41',
    timestamp: 0,
  },
};
const about = { group: 'main', reason: 'why', code: 'poison', at: new Date('2026-01-02T03:04:05Z') };

test('a letter says where its message lay and why it is here, and leaves the rest as it was', () => {
  const letter = readLetter('counter', toLetter(raw, about));
  expect(letter).toEqual({
    service: 'counter',
    group: 'main',
    origin: { topic: 'source.events', partition: 3, offset: '41' },
    reason: 'why',
    code: 'poison',
    parkedAt: about.at,
    message: { key: raw.message.key, value: raw.message.value, headers: { traceparent: '00-a-b-01' } },
  });
});

test('a replay goes to the original partition, names whom it is for, and remembers where it lay, however often', () => {
  const letter = readLetter('counter', toLetter(raw, about));
  if (!letter) throw new Error('readable');
  const replay = toReplay(letter);
  expect(replay).toMatchObject({ key: raw.message.key, value: raw.message.value, partition: 3 });
  const back = { ...raw, message: { ...raw.message, headers: replay.headers ?? {}, offset: '99' } };
  expect([replayedFor(raw), replayedFor(back)]).toEqual([undefined, 'counter.main']);
  expect(originOf(back)).toEqual(originOf(raw));
  const claiming = { ...toLetter(raw, about).headers };
  const place = { topic: 'source.events', partition: 3, offset: '99' };
  expect(originOf({ ...raw, message: { ...raw.message, headers: claiming, offset: '99' } })).toEqual(place);
  const again = readLetter('counter', toLetter(back, about));
  expect(again && noteId(again.group, again.origin)).toBe('main/source.events/3/41');
  expect(again?.message.headers).toEqual({ traceparent: '00-a-b-01' });
});

test('a message of another making in the topic is no letter', () => {
  expect(readLetter('counter', { key: null, value: null, headers: {} })).toBeUndefined();
});

test('a selection takes along whatever waits about the same subject, in the order of parking', () => {
  const letter = (place: number, subject: string | null, code: string, service = 'counter'): WaitingLetter => ({
    service,
    group: 'main',
    origin: { topic: 't', partition: 0, offset: String(place) },
    reason: '',
    code,
    parkedAt: about.at,
    message: { key: null, value: null, headers: {} },
    id: `${service}/0/${place}`,
    subject,
    place,
  });
  const letters = [
    letter(3, 'a', 'behind_parked'),
    letter(1, 'a', 'poison'),
    letter(2, 'b', 'other'),
    letter(4, null, 'unreadable'),
    letter(5, null, 'unreadable'),
    letter(6, 'a', 'poison', 'invoice'),
  ];
  const places = (selection: Parameters<typeof selectForReplay>[1]) =>
    selectForReplay(letters, selection).map((one) => one.place);
  expect(places({})).toEqual([1, 2, 3, 4, 5, 6]);
  expect(places({ service: 'counter', code: 'poison' })).toEqual([1, 3]);
  expect(places({ ids: ['counter/0/3'] })).toEqual([1, 3]);
  expect(places({ ids: ['counter/0/4'] })).toEqual([4]);
  expect(places({ code: 'nothing' })).toEqual([]);
});
