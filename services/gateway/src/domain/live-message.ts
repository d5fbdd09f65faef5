export type LiveMessage = {
  id: string;
  type: string;
  occurredAt: string;
  subject: { id: string; version: number };
  data: Record<string, unknown>;
};

type Occurrence = Omit<LiveMessage, 'data'> & { data: unknown };

/**
 * What a stream tells of an event: the fact without the personal data in it.
 * @param personal paths of the event's personal fields, `contacts.name`; arrays are looked into
 */
export function toLiveMessage(event: Occurrence, personal: readonly string[]): LiveMessage {
  const { id, type, occurredAt, subject } = event;
  const bare = personal.reduce<unknown>((data, path) => drop(data, path.split('.')), event.data);
  return { id, type, occurredAt, subject, data: isRecord(bare) ? bare : {} };
}

function drop(value: unknown, [head, ...tail]: string[]): unknown {
  if (head === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => drop(item, [head, ...tail]));
  if (!isRecord(value) || !(head in value)) return value;
  const { [head]: inner, ...rest } = value;
  return tail.length === 0 ? rest : { ...rest, [head]: drop(inner, tail) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A message as server-sent event. @see HTML Living Standard §9.2.6 */
export const toFrame = (message: { id: string; type: string }, json = JSON.stringify(message)): string =>
  `id: ${message.id}\nevent: ${message.type}\ndata: ${json}\n\n`;

/** What a client missed, oldest first; undefined where nobody can tell, so that it must read everything again. */
export function missedSince(recent: readonly LiveMessage[], lastId: string): LiveMessage[] | undefined {
  const index = recent.findIndex((message) => message.id === lastId);
  return index < 0 ? undefined : recent.slice(index + 1);
}
