import type { Headers, RawMessage } from './message.ts';

/** What a message says, wherever it lies. */
export type Content = Pick<RawMessage['message'], 'key' | 'value' | 'headers'>;

/** Where a message first lay: its identity, however often it is parked and replayed. */
export type Origin = { topic: string; partition: number; offset: string };

/** One dead letter as it lies in `<service>.dlq`. */
export type Letter = {
  service: string;
  /** The subscription that could not work it off; a replay is for it alone. */
  group: string;
  origin: Origin;
  reason: string;
  code: string;
  parkedAt: Date;
  message: Content;
};

/** A letter that waits, with its place in the line of its subject. */
export type WaitingLetter = Letter & { id: string; subject: string | null; place: number };

/** Names the subscription that a replayed message is for; everybody else has had the original and passes it over. */
const REPLAYED = 'malipo-replayed';
/** Why a person gave a replayed message up, which nobody works off then. */
const DISCARDED = 'malipo-discarded';
const OURS = 'malipo-';

export const addressOf = (service: string, group: string): string => `${service}.${group}`;

/** The subscription that a replayed message is for, undefined for an ordinary one. */
export const replayedFor = ({ message }: Pick<RawMessage, 'message'>): string | undefined =>
  message.headers[REPLAYED]?.toString();

/** Why this message is given up, undefined for one that is to be worked off. */
export const discardedFor = ({ message }: Pick<RawMessage, 'message'>): string | undefined =>
  message.headers[DISCARDED]?.toString();

/** Where a message first lay; a replayed one remembers. */
export function originOf(raw: RawMessage): Origin {
  const kept = replayedFor(raw) === undefined ? undefined : readOrigin(raw.message.headers);
  return kept ?? { topic: raw.topic, partition: raw.partition, offset: raw.message.offset };
}

/** The name of a parked message within its service: the same however often it is parked. */
export const noteId = (group: string, { topic, partition, offset }: Origin): string =>
  `${group}/${topic}/${partition}/${offset}`;

/** The dead letter of a message: key, value and headers as they were, and why it lies here. */
export const toLetter = (
  raw: RawMessage,
  about: { group: string; reason: string; code: string; at: Date },
): Content => ({
  key: raw.message.key,
  value: raw.message.value,
  headers: {
    ...ownHeaders(raw.message.headers),
    ...originHeaders(originOf(raw)),
    'malipo-group': about.group,
    'malipo-reason': about.reason.slice(0, 1_000),
    'malipo-code': about.code,
    'malipo-parked-at': about.at.toISOString(),
  },
});

/** Reads a dead letter; undefined when its headers do not say where it came from. */
export function readLetter(service: string, message: Letter['message']): Letter | undefined {
  const header = (name: string) => message.headers[`${OURS}${name}`]?.toString();
  const origin = readOrigin(message.headers);
  const group = header('group');
  if (!origin || !group) return undefined;
  return {
    service,
    group,
    origin,
    reason: header('reason') ?? '',
    code: header('code') ?? 'unexpected',
    parkedAt: new Date(header('parked-at') ?? 0),
    message: { key: message.key, value: message.value, headers: ownHeaders(message.headers) },
  };
}

/** What goes back to the original topic: the original key, value and headers, and whom it is for. */
export const toReplay = ({ service, group, origin, message }: Letter): Content & { partition: number } => ({
  key: message.key,
  value: message.value,
  partition: origin.partition,
  headers: { ...message.headers, ...originHeaders(origin), [REPLAYED]: addressOf(service, group) },
});

/** What tells the subscription that a letter is given up: without its value, which nobody reads. */
export function toDiscard(letter: Letter, why: string): Content & { partition: number } {
  const { key, partition, headers } = toReplay(letter);
  return { key, value: null, partition, headers: { ...headers, [DISCARDED]: why } };
}

export type Selection = { ids?: readonly string[]; service?: string | undefined; code?: string | undefined };

/**
 * The letters to replay, in the order in which they were parked: the chosen ones and whatever else waits in the line of
 * their subjects, since nothing may overtake there.
 */
export function selectForReplay(letters: readonly WaitingLetter[], selection: Selection): WaitingLetter[] {
  const { ids = [], service, code } = selection;
  const chosen = letters.filter(
    (letter) =>
      (ids.length === 0 || ids.includes(letter.id)) &&
      (service === undefined || letter.service === service) &&
      (code === undefined || letter.code === code),
  );
  const lines = new Set(chosen.map(lineOf));
  return letters.filter((letter) => lines.has(lineOf(letter))).sort((one, other) => one.place - other.place);
}

const lineOf = ({ service, group, subject, id }: WaitingLetter): string =>
  `${addressOf(service, group)}/${subject ?? id}`;

const originHeaders = ({ topic, partition, offset }: Origin): Headers => ({
  'malipo-topic': topic,
  'malipo-partition': String(partition),
  'malipo-offset': offset,
});

function readOrigin(headers: Headers): Origin | undefined {
  const topic = headers['malipo-topic']?.toString();
  const partition = Number(headers['malipo-partition']?.toString());
  const offset = headers['malipo-offset']?.toString();
  return topic && offset && Number.isInteger(partition) ? { topic, partition, offset } : undefined;
}

/** The headers that the producer gave it, without what parking added. */
const ownHeaders = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(OURS)));
