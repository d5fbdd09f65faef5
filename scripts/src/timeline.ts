/**
 * Hands out things in order of their time, each once: whoever plays the past must know nothing before its time.
 * @param timeOf ISO text (a day or a time) that sorts by itself
 * @returns a function that takes everything up to and including a time that was not taken yet
 */
export function createTimeline<T>(things: readonly T[], timeOf: (thing: T) => string): (until: string) => T[] {
  const sorted = things.toSorted((one, other) => compare(timeOf(one), timeOf(other)));
  let next = 0;
  return (until) => {
    const from = next;
    for (let thing = sorted[next]; thing !== undefined && timeOf(thing) <= until; thing = sorted[next]) next++;
    return sorted.slice(from, next);
  };
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
