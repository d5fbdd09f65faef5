import { InvalidError } from '@malipo/service-kit';
import type { Match, Settlement } from '../domain/match.ts';
import type { Deps } from './work.ts';

/** What a person wants the money to be spent on: a proposal by number (0 is the best), or their own choice. */
export type Choice = {
  proposal?: number | undefined;
  customerId?: string | undefined;
  allocations?: Settlement['allocations'] | undefined;
  acrossCustomers?: boolean | undefined;
};

/** @throws {InvalidError} no_proposal, invoice_unknown, customer_unknown */
export async function settlementOf(deps: Deps, match: Match, choice: Choice): Promise<Settlement> {
  if (choice.allocations === undefined && choice.customerId === undefined)
    return proposalOf(match, choice.proposal ?? 0);
  const allocations = choice.allocations ?? [];
  const [first] = allocations;
  const invoices = first ? await deps.reads.receivables([first.invoiceId]) : new Map<string, never>();
  const named = first && invoices.get(first.invoiceId);
  if (first && named?.organisationId !== match.organisationId)
    throw new InvalidError('invoice_unknown', `there is no invoice ${first.invoiceId}`);
  const customerId = choice.customerId ?? named?.customerId;
  const customer = customerId ? (await deps.reads.customers([customerId])).get(customerId) : undefined;
  if (!customerId || customer?.organisationId !== match.organisationId)
    throw new InvalidError('customer_unknown', 'name a customer of yours, or an invoice');
  return { customerId, allocations, acrossCustomers: choice.acrossCustomers };
}

/** @param number 0 is the best, then the alternatives @throws {InvalidError} no_proposal */
export function proposalOf(match: Match, number: number): Settlement {
  const proposal = [match.decision.proposal, ...match.decision.alternatives][number];
  if (!proposal)
    throw new InvalidError(
      'no_proposal',
      'there is no such proposal; name the customer or the invoices to apply it to',
    );
  return { customerId: proposal.customerId, allocations: proposal.allocations };
}
