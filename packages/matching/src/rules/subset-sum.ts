/** How many of the oldest invoices a sum is searched among, and how many it may join. */
const SUM_POOL = 14;
const SUM_MAX = 4;

/** A subset that adds up: positions in the given order, and whether another one with different amounts does too. */
export type SumMatch = { picks: number[]; tie: boolean };

/**
 * Finds the smallest subset of 2 to 4 balances that adds up exactly to the amount. Subsets of equal amounts count as
 * one, and the one with the earliest positions wins; a second one of the same size with other amounts is a tie.
 * Exhaustive over the first 14 balances: the last element comes from a look-up, so at most 14 choose 3 = 364 steps.
 * @param balances cents, oldest first, all positive
 */
export function findSum(balances: readonly number[], amount: number): SumMatch | null {
  const pool = balances.length > SUM_POOL ? balances.slice(0, SUM_POOL) : balances;
  for (let size = 2; size <= SUM_MAX && size <= pool.length; size++) {
    const search: Search = { pool, picks: new Array<number>(size).fill(0), best: null, signature: '', tie: false };
    extend(search, 0, 0, amount);
    if (search.best) return { picks: search.best, tie: search.tie };
  }
  return null;
}

type Search = { pool: readonly number[]; picks: number[]; best: number[] | null; signature: string; tie: boolean };

function extend(search: Search, depth: number, from: number, rest: number): void {
  const last = depth === search.picks.length - 1;
  for (let at = from; at < search.pool.length && !search.tie; at++) {
    const balance = search.pool[at] ?? 0;
    if (last ? balance !== rest : balance >= rest) continue;
    search.picks[depth] = at;
    if (last) record(search);
    else extend(search, depth + 1, at + 1, rest - balance);
  }
}

function record(search: Search): void {
  const signature = search.picks
    .map((at) => search.pool[at] ?? 0)
    .sort((a, b) => a - b)
    .join();
  if (!search.best) {
    search.best = [...search.picks];
    search.signature = signature;
  } else if (signature !== search.signature) search.tie = true;
}
