import { RaceLostError, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { absorb } from '../domain/evidence.ts';
import type { Payment } from '../domain/payment.ts';
import { evidenceAdded } from '../events/outgoing.ts';
import type { Linked } from './record-payments.ts';

type EvidenceDeps = Pick<Deps, 'payments' | 'relay' | 'now'>;

/** What a further telling did, and the request that its payment answers. */
export type Added = { recorded: 'repeat' | 'evidence'; requestId: string | null };

/** Takes further tellings of known money: repeats are counted in one write, twins added one by one by compare-and-set. */
export async function addEvidence(deps: EvidenceDeps, linked: readonly Linked[]): Promise<Map<Linked, Added>> {
  const known = await load(deps, new Set(linked.map((one) => one.id)));
  const outcomes = new Map<Linked, Added>();
  const repeats = new Map<string, string[]>();
  const inTurn = async (group: readonly Linked[]) => {
    for (const one of group) {
      const { kind, requestId } = await untilAbsorbed(deps, one, known);
      outcomes.set(one, { recorded: kind === 'evidence' ? 'evidence' : 'repeat', requestId });
      if (kind === 'repeat') repeats.set(one.id, [...(repeats.get(one.id) ?? []), one.telling.raw.deliveryId]);
    }
  };
  await Promise.all([...Map.groupBy(linked, (one) => one.id).values()].map(inTurn));
  await deps.payments.countRepeats(repeats);
  return outcomes;
}

/** Decides by the payment as last read; after a lost race it is read again and decided again. */
const untilAbsorbed = (deps: EvidenceDeps, one: Linked, known: Map<string, Payment>) =>
  untilWon(async () => {
    const payment = known.get(one.id) ?? (await load(deps, [one.id])).get(one.id);
    if (!payment) throw new Error(`payment ${one.id} was there a moment ago`);
    const absorbed = absorb(payment, one.telling, one.request);
    if (absorbed.kind !== 'evidence') return { kind: absorbed.kind, requestId: payment.requestId };
    const at = deps.now();
    const { telling } = one;
    known.delete(one.id);
    await deps.relay.commit(async (tx) => {
      if (!(await deps.payments.saveEvidence(absorbed.payment, tx))) throw new RaceLostError('payment');
      if (absorbed.tells) tx.tell(evidenceAdded(absorbed.payment, telling.kind, at, telling.trace));
    });
    known.set(one.id, absorbed.payment);
    return { kind: absorbed.kind, requestId: absorbed.payment.requestId };
  });

const load = async (deps: EvidenceDeps, ids: Iterable<string>): Promise<Map<string, Payment>> =>
  new Map((await deps.payments.findMany([...ids])).map((payment) => [payment.id, payment]));
