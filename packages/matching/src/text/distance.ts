/** Returned when two texts are further apart than anybody asked. */
export const FAR = 3;

/** Longest text compared; references and numbers are far shorter. */
export const MAX_COMPARED = 32;
const WIDTH = MAX_COMPARED + 2;
const rows = new Uint8Array(3 * WIDTH);

/**
 * Optimal string alignment distance with a cut-off of 2: insertions, deletions, substitutions and swaps of neighbours
 * cost one each. Shared beginnings and endings are stripped first, which leaves little for most typing errors.
 * @returns 0, 1, 2, or 3 for "further apart"
 */
export function slips(a: string, b: string): number {
  let from = 0;
  let endA = a.length;
  let endB = b.length;
  if (Math.abs(endA - endB) >= FAR || endA > MAX_COMPARED || endB > MAX_COMPARED) return FAR;
  while (from < endA && from < endB && a.charCodeAt(from) === b.charCodeAt(from)) from++;
  while (endA > from && endB > from && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  if (endA === from || endB === from) return Math.min(FAR, endA - from + endB - from);
  return fullTable(a.slice(from, endA), b.slice(from, endB));
}

function fullTable(a: string, b: string): number {
  let last = 0;
  let current = WIDTH;
  let beforeLast = 2 * WIDTH;
  for (let j = 0; j <= b.length; j++) rows[last + j] = j;
  for (let i = 1; i <= a.length; i++) {
    rows[current] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = cell(a, b, i, j, last, current, beforeLast);
      rows[current + j] = cost;
      if (cost < least) least = cost;
    }
    if (least >= FAR) return FAR;
    const spare = beforeLast;
    beforeLast = last;
    last = current;
    current = spare;
  }
  return Math.min(FAR, rows[last + b.length] ?? FAR);
}

function cell(a: string, b: string, i: number, j: number, last: number, current: number, beforeLast: number): number {
  const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
  let cost = Math.min((rows[last + j] ?? 0) + 1, (rows[current + j - 1] ?? 0) + 1, (rows[last + j - 1] ?? 0) + same);
  const swapped =
    i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
  if (swapped) cost = Math.min(cost, (rows[beforeLast + j - 2] ?? 0) + 1);
  return cost;
}
