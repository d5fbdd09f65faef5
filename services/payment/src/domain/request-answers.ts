import { numberFits } from '@malipo/values';
import { isOpen, type OpenRequest } from './payment-request.ts';
import type { ChannelKind, Telling } from './telling.ts';

/** Money as somebody told it or as it is recorded, as far as it takes to see which request it answers. */
export type Money = Pick<Telling, 'reference' | 'number' | 'amountCents' | 'paidAt'> & {
  channel: { id: string; organisationId: string; kind: ChannelKind | 'stk' };
};

/** A till's messages carry no reference, or a blank one, so that only the payer's number can say which prompt they answer. */
export const isUnreferenced = ({ channel, reference, number }: Money): boolean =>
  channel.kind === 'till' && !reference?.trim() && number.form !== 'none';

/** Does the telling say itself which request it is about? */
export const isNamed = ({ requestId, checkoutRequestId }: Telling): boolean =>
  Boolean(requestId) || Boolean(checkoutRequestId);

type Named = Pick<Telling, 'channel' | 'requestId' | 'checkoutRequestId'>;

const isOfChannel = ({ channel }: Pick<Money, 'channel'>, request: OpenRequest): boolean =>
  request.organisationId === channel.organisationId && request.channelId === channel.id;

/** Does a message of the request's own channel name this request? */
export const names = (message: Named, request: OpenRequest): boolean =>
  isOfChannel(message, request) &&
  (request.id === message.requestId ||
    (message.checkoutRequestId !== null && request.checkoutRequestId === message.checkoutRequestId));

/**
 * The request that a telling answers: the one it names, else the only one that fits by channel, reference (where the channel
 * has any), amount, time and the form of the payer's number. One that ended without its money counts only where no other does.
 */
export function requestFor(telling: Telling, requests: readonly OpenRequest[]): OpenRequest | undefined {
  if (isNamed(telling)) return requests.find((request) => names(telling, request));
  const fitting = requests.filter((request) => fits(telling, request));
  const awaited = fitting.filter((request) => !hasLapsed(request));
  const [first, second] = awaited.length > 0 ? awaited : fitting;
  return second ? undefined : first;
}

/** The one of these that answers the request; undefined where none fits, or where several do. */
export function moneyFor<Known extends Money>(request: OpenRequest, known: readonly Known[]): Known | undefined {
  const [first, second] = known.filter((money) => fits(money, request));
  return second ? undefined : first;
}

/** Where to look for the requests that any of these tellings may answer. */
export type Span = { channelIds: string[]; amountsCents: number[]; endedSince: Date; madeUntil: Date };

/** As narrow as a database can look; what it finds is still to be asked whether it fits. */
export function spanOf(tellings: readonly Telling[]): Span {
  const times = tellings.map(({ paidAt }) => paidAt.getTime());
  return {
    channelIds: [...new Set(tellings.map(({ channel }) => channel.id))],
    amountsCents: [...new Set(tellings.map(({ amountCents }) => amountCents))],
    endedSince: new Date(Math.min(...times) - SKEW_MS),
    madeUntil: new Date(Math.max(...times) + SKEW_MS),
  };
}

/** The provider's clock and ours may differ by this much. */
const SKEW_MS = 120_000;

/** Ended without its money, as far as a query or silence can say. */
const hasLapsed = (request: OpenRequest): boolean => !isOpen(request) && request.status !== 'succeeded';

/** Paid while the prompt was on the phone: money from before it, or from after it had ended, is no answer to it. */
const isInTime = (paidAt: Date, request: OpenRequest): boolean =>
  paidAt.getTime() >= request.createdAt.getTime() - SKEW_MS &&
  (isOpen(request) || paidAt.getTime() <= (request.settledAt ?? request.createdAt).getTime() + SKEW_MS);

const hasReference = (money: Money, request: OpenRequest): boolean => request.accountReference === money.reference;

const mayFit = (money: Money, request: OpenRequest): boolean =>
  request.expects &&
  isOfChannel(money, request) &&
  isInTime(money.paidAt, request) &&
  (hasReference(money, request) || isUnreferenced(money)) &&
  request.amountCents === money.amountCents &&
  (money.number.form === 'none' || numberFits(request.phone, money.number));

/** A mask is shared by thousands: without a reference it counts only where a query has said that there is such money. */
const isPlain = (money: Money, request: OpenRequest): boolean =>
  hasReference(money, request) || money.number.form !== 'masked' || request.status === 'succeeded';

const fits = (money: Money, request: OpenRequest): boolean => mayFit(money, request) && isPlain(money, request);

/** Fits but for a query's word that it was paid, which may come at any moment. */
export const fitsOncePaid = (money: Money, request: OpenRequest): boolean =>
  isOpen(request) && mayFit(money, request) && !isPlain(money, request);
