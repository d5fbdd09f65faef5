import type { Deps } from '../deps.ts';
import type { PaymentRequest } from '../domain/payment-request.ts';
import { completeRequest, paidBy, settleRequest } from './settle-requests.ts';

/** No more than these in one run: a backlog waits for the next second. */
const MAX_PER_RUN = 50;
/** Who looks may die as well; a look is noted no further ahead either. */
const LEASE_MS = 60_000;

/**
 * Links prompts that ended without their money with money whose process died between the commit of the one and of the
 * other: each is looked at once more, a while after it ended and after money came for it.
 */
export async function lookAgain(deps: Deps): Promise<void> {
  for (let count = 0; count < MAX_PER_RUN && !deps.stopping.aborted; count++) {
    const now = deps.now();
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    const request = await deps.requests.takeLook(now, leaseUntil, LEASE_MS);
    if (!request) return;
    await look(deps, request);
    await deps.requests.looked(request.id, leaseUntil);
  }
}

async function look(deps: Deps, { id }: PaymentRequest): Promise<void> {
  const paid = (await deps.payments.paidRequests([id])).get(id);
  if (paid) await settleRequest(deps, id, paidBy(paid.paymentId));
  else await completeRequest(deps, id);
}
