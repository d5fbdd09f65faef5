import { RaceLostError, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { answerTo, type Payment } from '../domain/payment.ts';
import {
  lacksMoney,
  type Outcome,
  type PaymentRequest,
  type Settled,
  settle,
  statusOfCode,
} from '../domain/payment-request.ts';
import { moneyFor, names } from '../domain/request-answers.ts';
import type { RequestFailure, Trace } from '../domain/telling.ts';
import { evidenceAdded, requestSettled } from '../events/outgoing.ts';

type SettleDeps = Pick<Deps, 'payments' | 'requests' | 'relay' | 'now'>;

/**
 * Applies an outcome to a request, once: a terminal state is never undone by a late failure, and a late success always
 * wins. One that is paid by a query's word takes its money along, where that came before and could not be told from
 * other money then.
 * @returns whether anything changed
 */
export async function settleRequest(deps: SettleDeps, id: string, outcome: Outcome, cause?: Trace): Promise<boolean> {
  const settled = await untilWon(async () => {
    const [request] = await deps.requests.findMany([id], []);
    const at = deps.now();
    const told = request && settle(request, outcome, at);
    if (!told) return undefined;
    const payment = lacksMoney(told) ? await findAnswer(deps, told) : undefined;
    const next = payment ? (settle(request, { ...outcome, paymentId: payment.id }, at) ?? told) : told;
    await save(deps, { next, payment, raw: outcome.raw, at, cause });
    return next;
  });
  if (settled && lacksMoney(settled)) await completeRequest(deps, id, cause); // its money may have been committed meanwhile
  return settled !== undefined;
}

/**
 * Links a request that is paid by a query's word with its money. Whoever commits one of the two calls it afterwards, since
 * neither sees what the other has not committed yet.
 */
export const completeRequest = (deps: SettleDeps, id: string, cause?: Trace): Promise<void> =>
  untilWon(async () => {
    const [request] = await deps.requests.findMany([id], []);
    const payment = request && lacksMoney(request) ? await findAnswer(deps, request) : undefined;
    const at = deps.now();
    const next = payment && request && settle(request, paidBy(payment.id), at);
    if (next) await save(deps, { next, payment, at, cause });
  });

/** The outcome of a request whose money is there. */
export const paidBy = (paymentId: string) =>
  ({ status: 'succeeded', resultCode: '0', resultDescription: 'paid', paymentId }) as const satisfies Outcome;

type Change = {
  next: PaymentRequest;
  /** The money that is linked with it. */
  payment: Payment | undefined;
  raw?: Outcome['raw'];
  at: Date;
  cause: Trace | undefined;
};

const save = (deps: SettleDeps, { next, payment, raw, at, cause }: Change): Promise<void> =>
  deps.relay.commit(async (tx) => {
    if (!(await deps.requests.save(next, tx, raw))) throw new RaceLostError('payment request');
    tx.tell(...requestSettled(next, at, cause));
    if (!payment) return;
    if (!(await deps.payments.saveAnswer(payment, tx))) throw new RaceLostError('payment');
    tx.tell(evidenceAdded(payment, 'status', at, cause));
  });

/** The payment that must be this request's, as it is once linked. */
async function findAnswer(deps: SettleDeps, request: PaymentRequest): Promise<Payment | undefined> {
  const found = moneyFor(request, await deps.payments.findUnlinked(request));
  const [payment] = found ? await deps.payments.findMany([found.id]) : [];
  if (payment?.requestId !== null) return undefined;
  return { ...payment, ...answerTo(request, payment), version: payment.version + 1 };
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
