import { Binary } from '@malipo/service-kit';
import type { Match } from '../domain/match.ts';
import type { Evidence, Payment } from '../domain/payment.ts';

type StoredEvidence = Omit<Evidence, 'body'> & { body: Binary };

export type PaymentDoc = Omit<Payment, 'id' | 'evidence'> & {
  _id: string;
  evidence: StoredEvidence[];
  match?: Match;
  customerId?: string | null;
  /** Deliveries that `repeats` counts, the last of them. */
  counted?: string[];
};

/** A payment as a person asks for it: with what reconciliation made of it. */
export type SettledPayment = Payment & { match: Match | null };

/** Evidence as it is stored: its body as bytes. */
export const toStored = (evidence: Evidence): StoredEvidence => ({ ...evidence, body: new Binary(evidence.body) });

export function toDoc({ id, evidence, ...rest }: Payment): PaymentDoc {
  return { _id: id, ...rest, evidence: evidence.map(toStored) };
}

export function toPayment({ _id, match: _, customerId: __, counted: ___, evidence, ...rest }: PaymentDoc): Payment {
  return { id: _id, ...rest, evidence: evidence.map((one) => ({ ...one, body: one.body.value() })) };
}

export const toSettled = (doc: PaymentDoc): SettledPayment => ({ ...toPayment(doc), match: doc.match ?? null });
