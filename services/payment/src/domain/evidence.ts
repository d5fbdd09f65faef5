import type { PayerNumber } from '@malipo/values';
import { answerTo, type Evidence, type Payment, withRequestFlags } from './payment.ts';
import type { OpenRequest } from './payment-request.ts';
import { isNamed } from './request-answers.ts';
import type { Flag, Telling } from './telling.ts';

/** What a further message about known money changes. */
export type Absorbed =
  /** This very delivery is stored already, or says nothing that matters. */
  | { kind: 'known' }
  /** The same message again: it is counted. */
  | { kind: 'repeat' }
  /** Kept beside the others; `tells` where the facts changed, so that others must hear of it. */
  | { kind: 'evidence'; payment: Payment; tells: boolean };

/** A forged flood of varying bodies must not grow a document without bound. */
const MAX_EVIDENCE = 20;

/**
 * Decides what a further telling of the same money means: an identical repeat only counts, a twin (another kind of
 * message) adds evidence and fills in what was missing; what is known is never overwritten.
 */
export function absorb(payment: Payment, telling: Telling, request: OpenRequest | undefined): Absorbed {
  const sameKind = payment.evidence.filter((one) => one.kind === telling.kind);
  const same = sameKind.find((one) => isSame(one, telling));
  if (same) return { kind: same.deliveryId === telling.raw.deliveryId || isAsked(telling) ? 'known' : 'repeat' };
  if (telling.kind === 'pull' && !needsPull(payment)) return { kind: 'known' };
  if (payment.evidence.length >= MAX_EVIDENCE) return { kind: 'repeat' };
  const next = fillIn(payment, telling, request);
  const isTwin = sameKind.length === 0;
  return { kind: 'evidence', payment: next, tells: isTwin || factsOf(next) !== factsOf(payment) };
}

/** What a further telling may change of that which others decide by, as text. */
const factsOf = ({
  channelKind,
  reference,
  narrative,
  number,
  payerNames,
  requestId,
  flags,
  paidAt,
}: Payment): string =>
  JSON.stringify([channelKind, reference, narrative, number, payerNames, requestId, flags, paidAt]);

/** The provider repeats what it delivers; what we ask for comes as often as we ask. */
const isAsked = ({ kind }: Telling): boolean => kind !== 'c2b' && kind !== 'stk';

/** A row of Pull helps where only the STK callback is known, or where the sender was in doubt. */
const needsPull = (payment: Payment): boolean =>
  payment.flags.includes('unlisted_sender') || !payment.evidence.some((one) => one.kind !== 'stk');

const isSame = (one: Evidence, telling: Telling): boolean =>
  one.bytes === telling.raw.bytes &&
  one.sha256 === telling.raw.sha256 &&
  Buffer.compare(one.body, telling.raw.body) === 0;

/** Money that was known before a request was made cannot answer it, unless the provider says that it does. */
const mayAnswer = (payment: Payment, telling: Telling, request: OpenRequest): boolean =>
  isNamed(telling) || payment.receivedAt.getTime() >= request.createdAt.getTime();

function fillIn(payment: Payment, telling: Telling, request: OpenRequest | undefined): Payment {
  const linked = payment.requestId === null && request !== undefined && mayAnswer(payment, telling, request);
  const onlyStk = payment.channelKind === 'stk'; // then its reference is the one that our prompt asked for
  const reference = onlyStk ? (telling.reference ?? payment.reference) : (payment.reference ?? telling.reference);
  return {
    ...payment,
    version: payment.version + 1,
    channelKind: onlyStk && telling.kind !== 'stk' ? telling.channel.kind : payment.channelKind,
    reference,
    narrative: payment.narrative ?? telling.narrative,
    number: better(payment.number, telling.number),
    payerNames: payment.payerNames.length > 0 ? payment.payerNames : telling.payerNames,
    ...(linked ? answerTo(request, { reference }) : {}),
    flags: joinFlags(payment, telling, linked ? request : undefined),
    paidAt: isTimed(payment) ? payment.paidAt : telling.paidAt,
    evidence: [...payment.evidence, { kind: telling.kind, ...telling.raw }],
  };
}

/** Was a time of payment told? Else it counts as paid when it arrived, in doubt; what is paid at that very moment is in none. */
const isTimed = ({ paidAt, receivedAt, flags }: Pick<Payment, 'paidAt' | 'receivedAt' | 'flags'>): boolean =>
  !flags.includes('odd_time') || paidAt.getTime() !== receivedAt.getTime();

function joinFlags(payment: Payment, telling: Telling, request: OpenRequest | undefined): Flag[] {
  const told = request ? withRequestFlags(telling, request) : telling.flags;
  const before = isTimed(payment);
  const now = isTimed({ ...telling, receivedAt: telling.raw.receivedAt });
  const flags = new Set([...withoutOddTime(payment.flags, !before && now), ...withoutOddTime(told, before && !now)]);
  if (telling.amountCents !== payment.amountCents) flags.add('amount_conflict');
  else if (telling.kind === 'pull') flags.delete('unlisted_sender'); // we asked the provider ourselves, and it agrees
  return [...flags];
}

/** Flags without the doubt about a time that the other message tells, where it does. */
const withoutOddTime = (flags: readonly Flag[], isTold: boolean): readonly Flag[] =>
  isTold ? flags.filter((flag) => flag !== 'odd_time') : flags;

const RANK: Record<PayerNumber['form'], number> = { full: 3, sha256: 2, masked: 1, none: 0 };

const better = (known: PayerNumber, told: PayerNumber): PayerNumber =>
  RANK[told.form] > RANK[known.form] ? told : known;
