import type { Deps } from '../deps.ts';
import { isFinalQueryCode, type PaymentRequest, statusOfCode } from '../domain/payment-request.ts';
import { merchantOf } from './channels.ts';
import { settleRequest } from './settle-requests.ts';

/** No more than these in one run, so that a backlog does not hit the provider's spike arrest. */
const MAX_PER_RUN = 50;
const MAX_BACKOFF = 8;

/** How long nobody asks again after so many questions. */
const waitAfter = (queries: number, base: number): number => base * Math.min(MAX_BACKOFF, 2 ** (queries - 1));

/** How long has been asked at least, whatever clock a prompt was dated by. */
const askedFor = (queries: number, base: number): number =>
  Array.from({ length: Math.max(0, queries - 1) }, (_, at) => waitAfter(at + 1, base)).reduce((sum, ms) => sum + ms, 0);

/** Asks what became of prompts that nobody told us about; backs off from one question to the next. */
export async function queryRequests(deps: Deps): Promise<void> {
  const base = deps.config.MALIPO_STK_QUERY_AFTER_MS;
  for (let count = 0; count < MAX_PER_RUN && !deps.stopping.aborted; count++) {
    const now = deps.now();
    const request = await deps.requests.takeDue(now, new Date(now.getTime() + base), MAX_BACKOFF * base);
    if (!request) return;
    await queryRequest(deps, request).catch((error: unknown) =>
      deps.log.warn({ requestId: request.id, err: error }, 'a prompt could not be asked after'),
    );
    await deps.requests.postpone(request.id, new Date(deps.now().getTime() + waitAfter(request.queries, base)));
  }
}

/** A query may say that it was paid, never which receipt: it settles the request and makes no payment. */
async function queryRequest(deps: Deps, request: PaymentRequest): Promise<void> {
  const paid = (await deps.payments.paidRequests([request.id])).get(request.id);
  const settled = (resultCode: string, resultDescription: string, paymentId: string | null = null) =>
    settleRequest(deps, request.id, { status: statusOfCode(resultCode), resultCode, resultDescription, paymentId });
  if (paid) return void (await settled('0', 'paid', paid.paymentId));
  const answer = await ask(deps, request).catch((error: unknown) => {
    deps.log.warn({ requestId: request.id, err: error }, 'a prompt could not be asked after'); // it grows old all the same
    return undefined;
  });
  if (answer?.kind === 'ok' && isFinalQueryCode(answer.body.resultCode))
    return void (await settled(answer.body.resultCode, answer.body.resultDescription));
  const age = deps.now().getTime() - request.createdAt.getTime();
  const asked = askedFor(request.queries, deps.config.MALIPO_STK_QUERY_AFTER_MS);
  if (Math.max(age, asked) < deps.config.MALIPO_STK_EXPIRE_AFTER_MS) return;
  await settleRequest(deps, request.id, {
    status: 'expired',
    resultCode: 'no_answer',
    resultDescription: 'the provider never said what became of it',
    paymentId: null,
  });
}

/** As whom the prompt was made: the channel's store number may have been changed since, and with it the passkey. */
async function ask(deps: Deps, request: PaymentRequest) {
  const { channelId, organisationId, checkoutRequestId } = request;
  const channel = checkoutRequestId ? await deps.channels.find(organisationId, channelId) : undefined;
  if (!channel || !checkoutRequestId) return undefined;
  const merchant = merchantOf(deps, channel);
  const { businessShortcode, sealedPasskey } = request;
  // of a number that is still the channel's, the present passkey is the right one: another was wrong, or has ended
  const isAnother = businessShortcode !== null && businessShortcode !== merchant.businessShortcode;
  const passkey = isAnother && sealedPasskey ? deps.sealer.open(sealedPasskey) : merchant.passkey;
  const asker = { ...merchant, businessShortcode: businessShortcode ?? merchant.businessShortcode, passkey };
  return deps.daraja[channel.mode].query(asker, checkoutRequestId);
}
