/** Figures by dotted name, as they are added up: cents in names ending `Cents`, counts otherwise. */
export type Figures = Readonly<Record<string, number>>;

/** What one payment or invoice adds to the figures of one day; undefined where it adds nothing yet. */
export type Contribution = { key: string; figures: Figures } | undefined;

/** Changes to add, by key. */
export type Deltas = Map<string, Map<string, number>>;

/** Adds what a row's change means: what it adds now, less what it added before. */
export function addChange(deltas: Deltas, before: Contribution, after: Contribution): void {
  add(deltas, before, -1);
  add(deltas, after, 1);
}

function add(deltas: Deltas, contribution: Contribution, sign: 1 | -1): void {
  if (!contribution) return;
  const sums = deltas.get(contribution.key) ?? new Map<string, number>();
  deltas.set(contribution.key, sums);
  for (const [name, value] of Object.entries(contribution.figures)) {
    const sum = (sums.get(name) ?? 0) + sign * value;
    if (sum === 0) sums.delete(name);
    else sums.set(name, sum);
  }
}
