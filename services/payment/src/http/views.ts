import { inWords } from '@malipo/matching';
import type { ChannelChange } from '../domain/channel-change.ts';
import type { Payment } from '../domain/payment.ts';
import type { PaymentRequest } from '../domain/payment-request.ts';
import type { StoredChannel } from '../store/channels.ts';
import type { SettledPayment } from '../store/payment-doc.ts';
import type { UnreadableDoc } from '../store/unreadable.ts';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export const channelView = (channel: StoredChannel) => ({
  id: channel.id,
  rail: channel.rail,
  kind: channel.kind,
  shortcode: channel.shortcode,
  storeNumber: channel.storeNumber,
  name: channel.name,
  mode: channel.mode,
  validation: channel.validation,
  canPrompt: channel.credentials !== null,
  pulls: channel.pull.enabled,
  status: channel.closedAt ? ('closed' as const) : ('open' as const),
  closedAt: iso(channel.closedAt),
  retireOldAt: iso(channel.secrets[1]?.retireAt ?? null),
  registration: registrationOf(channel),
  registeredAt: iso(channel.registered?.at ?? null),
  version: channel.version,
  createdAt: channel.createdAt.toISOString(),
});

function registrationOf({ registered, secrets: [newest] }: StoredChannel) {
  if (!registered) return 'not_known' as const;
  return registered.fingerprint === newest?.fingerprint ? ('current' as const) : ('outdated' as const);
}

export const channelChangeView = ({ id, version, what, who, at, fields }: ChannelChange) => ({
  id,
  version,
  what,
  who,
  at: at.toISOString(),
  fields,
});

export const requestView = (request: PaymentRequest) => ({
  id: request.id,
  status: request.status,
  mode: request.mode,
  channelId: request.channelId,
  invoiceId: request.invoiceId,
  customerId: request.customerId,
  accountReference: request.accountReference,
  phone: request.phone,
  amountCents: request.amountCents,
  currency: request.currency,
  checkoutRequestId: request.checkoutRequestId,
  resultCode: request.resultCode,
  resultDescription: request.resultDescription,
  paymentId: request.paymentId,
  createdAt: request.createdAt.toISOString(),
  promptedAt: iso(request.promptedAt),
  settledAt: iso(request.settledAt),
});

export const paymentView = (payment: SettledPayment) => ({
  id: payment.id,
  transactionId: payment.receipt,
  status: payment.status,
  mode: payment.mode,
  rail: payment.rail,
  channelId: payment.channelId,
  channelKind: payment.channelKind,
  shortcode: payment.shortcode,
  amountCents: payment.amountCents,
  currency: payment.currency,
  reference: payment.reference,
  payerNames: payment.payerNames,
  payerNumber: payment.number,
  paymentRequestId: payment.requestId,
  paidAt: payment.paidAt.toISOString(),
  receivedAt: payment.receivedAt.toISOString(),
  evidence: [...new Set(payment.evidence.map((one) => one.kind))],
  repeats: payment.repeats,
  flags: payment.flags,
  ...matchView(payment),
});

function matchView({ match, amountCents }: SettledPayment) {
  return {
    customerId: match?.customerId ?? null,
    decision: match?.decision ?? null,
    reason: match?.reason ?? null,
    confidence: match?.confidence ?? null,
    because: (match?.because ?? []).map(inWords),
    allocations: match?.applied ? match.allocations.filter((one) => one.amountCents > 0) : [],
    suggestions: match && !match.applied ? match.allocations.filter((one) => one.amountCents > 0) : [],
    creditCents: match?.creditCents ?? 0,
    unappliedCents: match?.unappliedCents ?? amountCents,
    decidedAt: iso(match?.decidedAt ?? null),
  };
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

export const rawView = (payment: Payment) =>
  payment.evidence.map(({ kind, body, bytes, from, receivedAt }) => ({
    kind,
    body: textOf(body),
    bytes,
    from,
    receivedAt: receivedAt.toISOString(),
  }));

export const unreadableView = (row: UnreadableDoc) => ({
  id: row._id,
  channelId: row.channelId,
  kind: row.kind,
  reason: row.reason,
  count: row.count,
  bytes: row.bytes,
  body: textOf(row.body.value()),
  from: row.from,
  firstAt: row.firstAt.toISOString(),
  lastAt: row.lastAt.toISOString(),
});
