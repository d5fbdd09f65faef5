import { ImaginedDecision, ImaginedPayment } from '@malipo/api-contracts';
import type { Decision, PaymentFact } from '@malipo/matching';
import { type App, typed } from '@malipo/service-kit';
import { readPayerNumber } from '@malipo/values';
import { imagine, lookAgain } from '../commands/match-payment.ts';
import type { Deps } from '../commands/work.ts';
import { proposalsOf } from '../domain/match.ts';
import { namesFor, presentDecision } from './present.ts';

/** A dry run of the engine for one payment. */
export function matchPaymentRoutes(app: App, deps: Deps): void {
  typed(app).post(
    '/api/v1/reconciliation/match-payment',
    {
      config: { refers: true },
      schema: {
        tags: ['reconciliation'],
        security: [{ bearer: [] }],
        summary: 'What would be decided on such a payment, or now on one that came in? Changes nothing',
        body: ImaginedPayment,
        response: { 200: ImaginedDecision },
      },
    },
    async ({ caller: { organisationId }, body }) => {
      const { paymentId } = body;
      const decision = paymentId
        ? await lookAgain(deps, organisationId, paymentId)
        : await imagine(deps, organisationId, imagined(deps, body));
      return present(deps, organisationId, decision);
    },
  );
}

async function present(deps: Deps, organisationId: string, decision: Decision): Promise<ImaginedDecision> {
  const names = await namesFor(deps, organisationId, proposalsOf(decision), []);
  return { ...presentDecision(decision, names), decision: decision.outcome, reason: decision.reason };
}

function imagined(deps: Deps, body: ImaginedPayment): PaymentFact {
  const id = deps.newId();
  return {
    paymentId: id,
    channel: body.channel,
    receipt: id,
    paidAt: deps.now().getTime(),
    receivedAt: deps.now().getTime(),
    amountCents: body.amountCents ?? 0, // without one the contract refuses it
    currency: body.currency,
    reference: body.reference ?? null,
    narrative: body.narrative ?? null,
    number: readPayerNumber(body.phone),
    payerNames: body.names,
    requestId: null,
    reversesReceipt: null,
    flags: [],
  };
}
