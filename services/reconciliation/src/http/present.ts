import type { MatchView, ProposalView } from '@malipo/api-contracts';
import { type Decision, inWords, type Proposal } from '@malipo/matching';
import type { Deps } from '../commands/work.ts';
import { heldLines, type Match, proposalsOf } from '../domain/match.ts';

/** Names for what proposals only mention by id. */
export type Names = { customer(id: string): string | null; invoice(id: string): string | null };

/** Matches as people read them: two look-ups for a whole page. */
export async function presentMatches(
  deps: Deps,
  organisationId: string,
  matches: readonly Match[],
): Promise<MatchView[]> {
  const names = await namesIn(deps, organisationId, matches);
  return matches.map((match) => toView(match, names));
}

/** One match, of the organisation that it belongs to. */
export async function presentMatch(deps: Deps, match: Match): Promise<MatchView> {
  return toView(match, await namesIn(deps, match.organisationId, [match]));
}

function namesIn(deps: Deps, organisationId: string, matches: readonly Match[]): Promise<Names> {
  const proposals = matches.flatMap((match) => proposalsOf(match.decision));
  const settled = matches.flatMap((match) => match.customerId ?? []);
  return namesFor(deps, organisationId, proposals, settled);
}

export async function namesFor(
  { reads }: Deps,
  organisationId: string,
  proposals: readonly Proposal[],
  customerIds: readonly string[],
): Promise<Names> {
  const invoiceIds = proposals.flatMap((proposal) => proposal.allocations.map((part) => part.invoiceId));
  const ids = [...customerIds, ...proposals.map((proposal) => proposal.customerId)];
  const [customers, receivables] = await Promise.all([reads.customers(ids), reads.receivables(invoiceIds)]);
  const own = <Row extends { organisationId: string }>(row: Row | undefined) =>
    row?.organisationId === organisationId ? row : undefined;
  return {
    customer: (id) => own(customers.get(id))?.name ?? null,
    invoice: (id) => own(receivables.get(id))?.number ?? null,
  };
}

const presentProposal = (proposal: Proposal, names: Names): ProposalView => ({
  ...proposal,
  customerName: names.customer(proposal.customerId),
  allocations: proposal.allocations.map((part) => ({ ...part, invoiceNumber: names.invoice(part.invoiceId) })),
  because: proposal.because.map(inWords),
  contributions: [...proposal.contributions],
});

/** What a decision says, wherever it is shown. */
export function presentDecision(decision: Decision, names: Names) {
  const proposal = decision.proposal && presentProposal(decision.proposal, names);
  return {
    confidence: proposal?.confidence ?? 0,
    proposal,
    alternatives: decision.alternatives.map((one) => presentProposal(one, names)),
    because: proposal?.because ?? [],
    guards: [...decision.guards],
    versions: decision.versions,
  };
}

function toView(match: Match, names: Names): MatchView {
  const { payment } = match;
  return {
    ...presentDecision(match.decision, names),
    id: match.paymentId,
    paymentId: match.paymentId,
    mode: match.mode,
    status: match.status,
    decision: match.status,
    reason: match.reason,
    payment: { ...payment, payerNames: [...payment.payerNames], flags: [...payment.flags] },
    customerId: match.customerId,
    customerName: match.customerId ? names.customer(match.customerId) : null,
    allocations: heldLines(match),
    creditCents: match.creditCents,
    unappliedCents: match.unappliedCents,
    reversed: match.reversed,
    refersTo: match.decision.refersTo,
    history: match.history.map((line) => ({ ...line, at: line.at.toISOString() })),
    decidedBy: match.decidedBy,
    decidedAt: match.decidedAt.toISOString(),
    version: match.version,
  };
}
