import type { HistoryLine, Match } from './match.ts';

/** Who does something to a match, when, and why. */
export type Act = { who: string; at: Date; why: string };

/** A line in the history; who decided where the money belongs stays. */
export const remarked = (match: Match, what: HistoryLine['what'], { who, at, why }: Act): Match => ({
  ...match,
  history: [...match.history, { who, at, what, why }],
});

/** A decision with its line in the history. */
export const noted = (match: Match, what: HistoryLine['what'], act: Act): Match => ({
  ...remarked(match, what, act),
  decidedBy: act.who,
  decidedAt: act.at,
});
