import { wordsOf } from './rule-words.ts';
import { actAlike, type BriefDecision } from './run.ts';

/** How two decisions on one payment differ in what they would do. */
export type Difference = 'none' | 'becomes automatic' | 'becomes manual' | 'split otherwise';

export function differenceOf(old: BriefDecision, next: BriefDecision): Difference {
  if (actAlike(old, next)) return 'none';
  if (old.outcome !== 'auto' && next.outcome === 'auto') return 'becomes automatic';
  if (old.outcome === 'auto' && next.outcome !== 'auto') return 'becomes manual';
  return 'split otherwise';
}

/** Why they differ, in one sentence. */
export function whyDifferent(old: BriefDecision, next: BriefDecision): { en: string; sw: string } {
  const added = next.guards.find((guard) => !old.guards.includes(guard));
  if (added && next.outcome !== 'auto') {
    const { en, sw } = wordsOf(added);
    return { en: `Now held back: ${en}`, sw: `Sasa yanazuiliwa: ${sw}` };
  }
  const removed = old.guards.find((guard) => !next.guards.includes(guard));
  if (removed && next.outcome === 'auto') {
    const { en, sw } = wordsOf(removed);
    return { en: `No longer held back: ${en}`, sw: `Hayazuiliwi tena: ${sw}` };
  }
  if (next.rule && next.rule !== old.rule) {
    const { en, sw } = wordsOf(next.rule);
    return { en: `Another rule decides: ${en}`, sw: `Kanuni nyingine inaamua: ${sw}` };
  }
  return { en: 'The engine is surer or less sure under these rules.', sw: 'Uhakika hubadilika chini ya kanuni hizi.' };
}
