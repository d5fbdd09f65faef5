/**
 * The empty list that all share, frozen. What lives in memory by the hundred thousand is held in few objects: each is one
 * more that the processor fetches and the garbage collector looks at.
 */
export const NONE: readonly never[] = Object.freeze([]);

/** The list, or the one that all empty lists share: most lists of a record are empty. */
export const orNone = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? NONE : list);

const MAX_KNOWN = 4_000;
const known = new Map<string, string>();

/** The one copy of a text that stands on thousands of records, such as a day or a currency. */
export function intern(text: string): string {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, text);
  return text;
}
