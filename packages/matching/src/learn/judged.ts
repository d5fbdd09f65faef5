import type { Examined } from './examine.ts';

/** A payment whose end is known: as the models saw it, and what became of it. */
export type Judged = {
  examined: Examined;
  /** Whose money it was, as the candidate's place; null where that is not known, or the candidate was not among them. */
  chosen: number | null;
  /** For each candidate: was what the house rules would do for it exactly right? Null where nobody can say. */
  right: readonly (boolean | null)[];
  /** How much it teaches about customers: 1 where a person decided, less where nobody objected. */
  weight: number;
};

/** What a model said about a judged payment. */
export type Said = {
  confidence: number;
  right: boolean;
  /** A guard held it back, whatever the confidence. */
  isGuarded: boolean;
  /** −log of the chance given to whose money it was; null where that is not known. */
  surprise: number | null;
};
