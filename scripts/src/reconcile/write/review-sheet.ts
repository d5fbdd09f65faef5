import type { Proposal } from '@malipo/matching';
import { formatMoney } from '@malipo/values';
import type { Outcome, Played } from '../play.ts';
import { evidenceOf, reasonOf } from '../tell/reason.ts';
import { called } from '../tell/swahili.ts';
import { verdictOf } from '../tell/verdict.ts';
import type { Language } from '../tell/words.ts';
import { identity, invoiceNumbers, numbersText } from './payments-sheet.ts';
import type { Column } from './sheet.ts';

/** The best answer and up to three others, each with why; empty columns are for the person's own decision. */
export function reviewColumns(played: Played, language: Language): Column<Outcome>[] {
  const numbers = invoiceNumbers(played);
  const choice = (name: 'Best answer' | `Alternative ${1 | 2 | 3}`, at: number): Column<Outcome>[] => {
    const chosen = (outcome: Outcome): Proposal | undefined => choicesOf(outcome)[at];
    const text = (outcome: Outcome): string => {
      const proposal = chosen(outcome);
      return proposal ? proposalText(proposal, outcome, played, numbers, language) : '';
    };
    const why = (outcome: Outcome): string => {
      const proposal = chosen(outcome);
      return proposal ? evidenceOf(proposal, language) : '';
    };
    return [
      { title: name, width: 42, value: text },
      { title: 'Confidence', width: 11, format: 'percent', value: (outcome) => chosen(outcome)?.confidence ?? null },
      { title: 'Why', width: 50, value: why },
    ];
  };
  return [
    ...identity(played),
    { title: 'Decision', width: 13, value: (outcome) => called(verdictOf(outcome), language) },
    { title: 'Type', width: 20, value: ({ decision }) => called(decision.reason, language) },
    { title: 'What is unclear', width: 60, value: (outcome) => reasonOf(outcome, played, language) },
    { title: 'Your decision', width: 20, value: () => null },
    { title: 'Your note', width: 24, value: () => null },
    ...(['Best answer', 'Alternative 1', 'Alternative 2', 'Alternative 3'] as const).flatMap(choice),
  ];
}

/** What a person may choose from; a posted payment has nothing to choose. */
function choicesOf(outcome: Outcome): readonly Proposal[] {
  const { proposal, alternatives } = outcome.decision;
  const verdict = verdictOf(outcome);
  if (verdict === 'suggested') return proposal ? [proposal, ...alternatives] : alternatives;
  return verdict === 'unmatched' ? alternatives : [];
}

function proposalText(
  { customerId, allocations, creditCents }: Proposal,
  { row }: Outcome,
  { customers }: Played,
  numbers: ReadonlyMap<string, string>,
  language: Language,
): string {
  const invoices = allocations.length > 0 ? numbersText(allocations, numbers) : '';
  const credit =
    creditCents > 0 ? `${formatMoney(creditCents, row.fact.currency)} ${called('as credit', language)}` : '';
  const name = customers.get(customerId)?.name ?? customerId;
  return `${name}: ${[invoices, credit].filter((text) => text !== '').join(` ${called('and', language)} `)}`;
}
