import { RaceLostError, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import {
  names,
  type Outcome,
  type PaymentRequest,
  type Settled,
  settle,
  statusOfCode,
} from '../domain/payment-request.ts';
import type { RequestFailure, Trace } from '../domain/telling.ts';
import { requestSettled } from '../events/outgoing.ts';

type SettleDeps = Pick<Deps, 'requests' | 'relay' | 'now'>;

/**
 * Applies an outcome to a request, once: a terminal state is never undone by a late failure, and a late success always
 * wins.
 * @returns whether anything changed
 */
export async function settleRequest(deps: SettleDeps, id: string, outcome: Outcome, cause?: Trace): Promise<boolean> {
  return untilWon(async () => {
    const [request] = await deps.requests.findMany([id], []);
    const at = deps.now();
    const next = request && settle(request, outcome, at);
    if (!next) return false;
    await deps.relay.commit(async (tx) => {
      if (!(await deps.requests.save(next, tx, outcome.raw))) throw new RaceLostError('payment request');
      tx.tell(...requestSettled(next, at, cause));
    });
    return true;
  });
}

/** Whether the failed prompt was one of ours. */
export type FailureTaken = 'settled' | 'repeat' | 'unknown_request';

/** Takes what the provider says about prompts that came to nothing; one look-up for all that arrived together. */
export const takeFailures =
  (deps: SettleDeps) =>
  async (failures: RequestFailure[]): Promise<FailureTaken[]> => {
    const requests = await deps.requests.findMany(
      failures.flatMap((failure) => failure.requestId ?? []),
      failures.flatMap((failure) => failure.checkoutRequestId || []),
    );
    return Promise.all(
      failures.map((failure) =>
        takeFailure(
          deps,
          failure,
          requests.find((request) => names(failure, request)),
        ),
      ),
    );
  };

async function takeFailure(
  deps: SettleDeps,
  failure: RequestFailure,
  request: PaymentRequest | undefined,
): Promise<FailureTaken> {
  if (!request) return 'unknown_request';
  const { resultCode, resultDescription, raw, trace } = failure;
  const status: Settled = statusOfCode(resultCode);
  const changed = await settleRequest(
    deps,
    request.id,
    { status, resultCode, resultDescription, paymentId: null, raw },
    trace,
  );
  return changed ? 'settled' : 'repeat';
}
