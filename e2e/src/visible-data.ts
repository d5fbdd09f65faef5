import { fill, type Operation } from './openapi.ts';
import { ask } from './request.ts';

/** What somebody sees of an organisation through every documented read, and the ids and words in it. */
export type VisibleData = {
  /** By request, without what changes by the clock alone. */
  answers: Map<string, unknown>;
  /** Ids of the rows of each list, by the list's path. */
  rows: Map<string, string[]>;
  ids: string[];
  /** Every text in it. */
  words: Set<string>;
};

/** Figures that move by themselves. */
const VOLATILE = new Set(['asOf', 'lagSeconds']);
const TIME = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/;

/** Reads everything that a token may read: lists first, then each row of theirs. */
export async function readEverything(
  url: string,
  token: string,
  operations: readonly Operation[],
): Promise<VisibleData> {
  const reads = operations.filter((one) => one.method === 'GET' && one.guarded && !one.streams);
  const data: VisibleData = { answers: new Map(), rows: new Map(), ids: [], words: new Set() };
  const read = async (path: string) => {
    const { status, json } = await ask(`${url}${path}`, { token });
    if (status === 200) data.answers.set(path, steady(json));
    return status === 200 ? json : undefined;
  };
  const lists = reads.filter((one) => !one.path.includes('{'));
  await Promise.all(
    lists.map(async ({ path, parameters }) => {
      const paged = parameters.some((one) => one.name === 'limit');
      const answer = await read(paged ? `${path}?limit=200` : path);
      if (paged) data.rows.set(trimmed(path), rowIds(answer));
    }),
  );
  data.ids = [...new Set([...data.rows.values()].flat())];
  const single = reads.filter((one) => one.path.includes('{'));
  await Promise.all(single.flatMap(({ path }) => idsFor(data, path).map((id) => read(fill(path, () => id)))));
  data.answers = new Map([...data.answers].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  for (const answer of data.answers.values()) collectWords(answer, data.words);
  return data;
}

/** The rows that a path is about, going by the list in front of its id; all where there is no such list. */
export const idsFor = (data: VisibleData, path: string): string[] =>
  data.rows.get(trimmed(path.slice(0, path.indexOf('{')))) ?? data.ids;

/** As `idsFor`; where there is no such list, the rows of its neighbours: `/matches` goes with `/review-queue`. */
export function nearestIds(data: VisibleData, path: string): string[] {
  const list = trimmed(path.slice(0, path.indexOf('{')));
  const beside = [...data.rows].filter(([other]) => parentOf(other) === parentOf(list) && parentOf(list) !== '/api/v1');
  return data.rows.get(list) ?? (beside.length > 0 ? beside.flatMap(([, ids]) => ids) : data.ids);
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** The id that a field is about, going by its name: `customerId` is a row of `/customers`. */
export function idOf(data: VisibleData, field: string): string | undefined {
  const kind = `${field.replace(/Id$/, '')}s`;
  const list = [...data.rows.keys()].find((path) => path.split(/[/-]/).at(-1) === kind);
  return list === undefined ? undefined : data.rows.get(list)?.at(-1);
}

/** Texts that only the first of the two knows. */
export const onlyIn = (data: VisibleData, other: VisibleData): string[] =>
  [...data.words].filter((word) => word.length >= 8 && !TIME.test(word) && !other.words.has(word));

const trimmed = (path: string): string => path.replace(/\/$/, '');

const rowIds = (answer: unknown): string[] =>
  ((answer as { data?: { id?: string }[] } | undefined)?.data ?? []).flatMap((row) => row.id ?? []);

const steady = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (VOLATILE.has(key) ? undefined : inner)));

function collectWords(value: unknown, words: Set<string>): void {
  if (typeof value === 'string') words.add(value);
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) collectWords(inner, words);
}
