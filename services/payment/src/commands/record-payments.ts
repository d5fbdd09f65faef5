import { type Tx, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { idOf, receivePayment } from '../domain/payment.ts';
import { couldBeOurs, isMissed, lookAfter, type OpenRequest } from '../domain/payment-request.ts';
import { fitsOncePaid, isNamed, isUnreferenced, requestFor, spanOf } from '../domain/request-answers.ts';
import type { Telling } from '../domain/telling.ts';
import { paymentReceived } from '../events/outgoing.ts';
import { type Added, addEvidence } from './add-evidence.ts';
import { createRecent, type Recent } from './recent.ts';
import { completeRequest, paidBy, settleRequest } from './settle-requests.ts';

/** What became of one telling. */
export type Recorded = 'received' | 'repeat' | 'evidence';

export type Linked = {
  id: string;
  telling: Telling;
  request: OpenRequest | undefined;
  /** Open ones that it would fit, were they known to be paid. */
  awaited: readonly string[];
};

type RecordDeps = Pick<Deps, 'payments' | 'requests' | 'relay' | 'now'>;

/**
 * Records money once per organisation, rail, mode and receipt, whatever tells of it and however often: the first telling makes
 * the payment, a repeat counts, a twin adds evidence. Durable when it resolves; one write for what arrived together.
 * @param expect `known` where most of it will have been told before: then it is asked for before it is inserted
 */
export const recordPayments = (deps: RecordDeps, expect: 'new' | 'known' = 'new') => {
  const recent = createRecent();
  return async (tellings: Telling[]): Promise<Recorded[]> => {
    const linked = await linkRequests(deps, tellings);
    await noteMissed(deps, linked);
    const inserted = await insertFirst(deps, linked, recent, expect);
    const later = linked.filter((one) => !inserted.has(one));
    const added = later.length > 0 ? await addEvidence(deps, later) : new Map<Linked, Added>();
    await settlePaid(
      deps,
      linked.filter((one) => isAnswer(one, added.get(one))),
    );
    await linkLate(deps, linked, added);
    return linked.map((one) => added.get(one)?.recorded ?? 'received');
  };
};

/** Nobody asks after a prompt that ended: should we die before it hears of its money, it is looked at again. */
async function noteMissed(deps: RecordDeps, linked: readonly Linked[]): Promise<void> {
  const missed = linked.flatMap(({ request }) => (request && isMissed(request) ? [request.id] : []));
  if (missed.length > 0) await deps.requests.lookAgain(missed, lookAfter(deps.now()));
}

/**
 * Inserts the first telling of each payment. What was not recorded here a moment ago is taken for new, and inserted without
 * asking; the primary key says where that is wrong, and then it is asked for.
 * @returns those that made a payment; the others are about known money
 */
async function insertFirst(
  deps: RecordDeps,
  linked: readonly Linked[],
  recent: Recent,
  expect: 'new' | 'known',
): Promise<Set<Linked>> {
  const first = new Map<string, Linked>();
  for (const one of linked) if (!first.has(one.id) && !recent.has(one.id)) first.set(one.id, one);
  const candidates = [...first.values()];
  if (candidates.length === 0) return new Set();
  const payments = candidates.map(({ id, telling, request }) => receivePayment(telling, request, id));
  const at = deps.now();
  let isAsked = expect === 'known';
  const write = async (tx: Tx) => {
    const isNew = isAsked
      ? await deps.payments.insertUnknown(payments, tx)
      : await deps.payments.insertAll(payments, tx);
    for (const [index, { telling }] of candidates.entries()) {
      const payment = payments[index];
      if (payment && isNew[index]) tx.tell(paymentReceived(payment, at, telling.trace));
    }
    return isNew;
  };
  const isNew = await untilWon(() =>
    deps.relay.commit(write).catch((error: unknown) => {
      isAsked = true;
      throw error;
    }),
  );
  for (const { id } of candidates) recent.add(id);
  return new Set(candidates.filter((_one, index) => isNew[index]));
}

/** Finds the requests that these tellings answer: named ones, and those that fit by reference. */
async function linkRequests(deps: RecordDeps, tellings: readonly Telling[]): Promise<Linked[]> {
  const named = tellings.filter(isNamed);
  const unnamed = tellings.filter((telling) => telling.kind !== 'stk' && !isNamed(telling));
  const referenced = unnamed.filter((telling) => couldBeOurs(telling.reference));
  const [byName, byReference, atTills] = await Promise.all([
    named.length === 0
      ? []
      : deps.requests.findMany(distinct(named, 'requestId'), distinct(named, 'checkoutRequestId')),
    deps.requests.findExpecting(spanOf(referenced), distinct(referenced, 'reference')),
    deps.requests.findExpecting(spanOf(unnamed.filter(isUnreferenced))),
  ]);
  // each once, or it would be its own rival
  const requests = [...new Map([...byName, ...byReference, ...atTills].map((one) => [one.id, one])).values()];
  const taken = new Map<string, string>();
  return tellings.map((telling) => {
    const id = idOf(telling);
    const request = requests.length > 0 ? requestFor(telling, requests) : undefined;
    const isFree = request && (taken.get(request.id) ?? id) === id; // one prompt is paid once, also within a batch
    if (isFree) taken.set(request.id, id);
    const awaited = request ? NONE : requests.filter((one) => fitsOncePaid(telling, one)).map((one) => one.id);
    return { id, telling, request: isFree ? request : undefined, awaited };
  });
}

const NONE: readonly string[] = [];

const distinct = (tellings: readonly Telling[], field: 'requestId' | 'checkoutRequestId' | 'reference'): string[] => [
  ...new Set(tellings.flatMap((telling) => telling[field] ?? [])),
];

/** Does its payment answer the request that it fits? A telling of known money may fit one that was made since. */
const isAnswer = ({ telling, request }: Linked, added: Added | undefined): boolean =>
  !added || isNamed(telling) || added.requestId === request?.id;

/** Also on a repeat: a crash may have come between the payment and its request. */
async function settlePaid(deps: RecordDeps, linked: readonly Linked[]): Promise<void> {
  await Promise.all(
    linked.map(({ id, telling, request }) => request && settleRequest(deps, request.id, paidBy(id), telling.trace)),
  );
}

/**
 * Links money with requests that a query ended between the look at them and the commit; and known money that a further
 * telling finds unlinked, since a crash may have come in between.
 */
async function linkLate(deps: RecordDeps, linked: readonly Linked[], added: Map<Linked, Added>): Promise<void> {
  const ids = new Set(linked.flatMap(({ awaited }) => awaited));
  const ended = ids.size > 0 ? await deps.requests.findMany([...ids], []) : [];
  for (const one of linked) {
    const { telling, request, awaited } = one;
    const isUnlinked = request && added.get(one)?.requestId === null;
    const late = awaited.length > 0 ? requestFor(telling, ended) : isUnlinked ? request : undefined;
    if (late) await completeRequest(deps, late.id, telling.trace);
  }
}
