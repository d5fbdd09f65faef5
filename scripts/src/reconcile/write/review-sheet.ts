import type { Proposal } from '@malipo/matching';
import { formatMoney } from '@malipo/values';
import type { Outcome } from '../outcome.ts';
import type { Played } from '../play.ts';
import { evidenceOf, reasonOf } from '../tell/reason.ts';
import { called, type Name } from '../tell/swahili.ts';
import { verdictOf } from '../tell/verdict.ts';
import type { Language } from '../tell/words.ts';
import { identity, invoiceNumbers, numbersText } from './payments-sheet.ts';
import type { Column } from './sheet.ts';

/** By these a person knows the payment: they stand beside the answer, however far one reads to the right. */
const IN_SIGHT: readonly Name[] = ['Paid at', 'Payer', 'Typed or told', 'Currency', 'Amount'];

/**
 * What is unclear, the best answer, and beside it the empty columns for the person's own; then why, and up to three other
 * answers. Where the payment stands in its file comes last.
 */
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
  const [inSight, others] = split(identity(played), ({ title }) => IN_SIGHT.includes(title));
  const [best, ...why] = choice('Best answer', 0);
  return [
    ...inSight.map((column) => ({ ...column, staysInSight: true as const })),
    { title: 'What is unclear', width: 44, value: (outcome) => reasonOf(outcome, played, language) },
    ...(best ? [best] : []),
    { title: 'Your decision', width: 20, value: () => null },
    { title: 'Your note', width: 24, value: () => null },
    ...why,
    ...(['Alternative 1', 'Alternative 2', 'Alternative 3'] as const).flatMap((name, at) => choice(name, at + 1)),
    { title: 'Decision', width: 13, value: (outcome) => called(verdictOf(outcome), language) },
    { title: 'Type', width: 20, value: ({ decision }) => called(decision.reason, language) },
    ...others,
  ];
}

const split = <Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] => [
  items.filter(isFirst),
  items.filter((item) => !isFirst(item)),
];

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
