/** Ids that were dealt with a moment ago: a hint that saves questions, and never an answer. */
export type Recent = { has(id: string): boolean; add(id: string): void };

/** Remembers the last `size` to twice as many, in two generations, so that forgetting costs nothing. */
export function createRecent(size = 10_000): Recent {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    has: (id) => young.has(id) || old.has(id),
    add(id) {
      if (young.size >= size) [old, young] = [young, new Set()];
      young.add(id);
    },
  };
}
