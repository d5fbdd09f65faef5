import type { NewPaymentRequest } from '@malipo/api-contracts';
import { type Cause, ConflictError, InvalidError, isDuplicateKey, NotFoundError, pause } from '@malipo/service-kit';
import { CENTS_PER_SHILLING } from '@malipo/values';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { accountReferenceOf, type PaymentRequest } from '../domain/payment-request.ts';
import type { Merchant } from '../providers/daraja.ts';
import type { StoredChannel } from '../store/channels.ts';
import type { KnownInvoice } from '../store/known-invoices.ts';
import { findChannel, merchantOf } from './channels.ts';
import { pushPrompt } from './push-prompt.ts';

type NewRequest = z.output<typeof NewPaymentRequest>;
export type Asker = { organisationId: string; userId: string };

/** Limits of one M-Pesa transaction, in cents. @see docs/providers.md */
const MIN_CENTS = 100;
const MAX_CENTS = 25_000_000;

/**
 * Puts a prompt on a payer's phone. The request is stored before the provider is asked, and the callback's address names
 * it, so that a callback which beats the provider's own answer finds it.
 * @throws {InvalidError} amount_not_whole_shillings, amount_out_of_range, amount_exceeds_balance, channel_required
 * @throws {ConflictError} request_open, invoice_not_open, channel_without_credentials, channel_closed
 * @throws {NotFoundError} invoice_not_found, channel_not_found
 */
export async function requestPayment(
  deps: Deps,
  asker: Asker,
  wanted: NewRequest,
  cause: Cause,
): Promise<PaymentRequest> {
  checkAmount(wanted.amountCents);
  const channel = await chooseChannel(deps, asker.organisationId, wanted.channelId);
  if (channel.closedAt) throw channelClosed();
  const merchant = merchantOf(deps, channel);
  const invoice = wanted.invoiceId
    ? await openInvoice(deps, asker.organisationId, wanted.invoiceId, wanted.amountCents)
    : undefined;
  const request = newRequest(deps, asker, wanted, { ...merchant, ...channel }, invoice);
  await deps.requests.insert(request).catch((error: unknown) => {
    if (!isDuplicateKey(error)) throw error;
    throw new ConflictError('request_open', 'this payer has an open prompt for the same purpose; wait for its end');
  });
  await pushPrompt(deps, { request, channel, merchant }, cause);
  return (await deps.requests.find(asker.organisationId, request.id)) ?? request;
}

function checkAmount(amountCents: number): void {
  const pointer = '#/amountCents';
  if (amountCents % CENTS_PER_SHILLING !== 0)
    throw new InvalidError('amount_not_whole_shillings', 'M-Pesa moves whole shillings only', {
      fields: [{ pointer, detail: 'must be a multiple of 100' }],
    });
  if (amountCents < MIN_CENTS || amountCents > MAX_CENTS)
    throw new InvalidError('amount_out_of_range', 'M-Pesa moves between KES 1 and KES 250,000 at a time', {
      fields: [{ pointer, detail: `between ${MIN_CENTS} and ${MAX_CENTS}` }],
    });
}

const channelClosed = () =>
  new ConflictError('channel_closed', 'this payment channel is closed; reopen it, or name another', {
    fields: [{ pointer: '#/channelId', detail: 'a channel that is open' }],
  });

async function chooseChannel(deps: Deps, organisationId: string, id: string | undefined): Promise<StoredChannel> {
  if (id) return findChannel(deps, organisationId, id);
  const [only, another] = await deps.channels.findOnly(organisationId);
  if (only && !another) return only;
  throw new InvalidError(
    'channel_required',
    only ? 'name one of your payment channels' : 'there is no open payment channel: open one first',
    {
      fields: [{ pointer: '#/channelId', detail: 'required unless exactly one channel is open' }],
    },
  );
}

const TRIES = 20;

/** An invoice issued a moment ago may still be on its way to us, so a missing one is looked for again for a second. */
async function openInvoice(deps: Deps, organisationId: string, id: string, amountCents: number): Promise<KnownInvoice> {
  let invoice = await deps.knownInvoices.findInvoice(organisationId, id);
  for (let tries = 1; !invoice && tries < TRIES; tries++) {
    await pause(50);
    invoice = await deps.knownInvoices.findInvoice(organisationId, id);
  }
  if (!invoice) throw new NotFoundError('invoice_not_found', `there is no issued invoice ${id}`);
  if (invoice.balanceCents <= 0) throw new ConflictError('invoice_not_open', 'nothing is owed on this invoice');
  if (invoice.currency !== 'KES') throw new InvalidError('currency_not_supported', 'M-Pesa moves shillings only');
  // an invoice that owes cents may be paid by the next whole shilling
  if (amountCents <= Math.ceil(invoice.balanceCents / CENTS_PER_SHILLING) * CENTS_PER_SHILLING) return invoice;
  throw new InvalidError('amount_exceeds_balance', `only ${invoice.balanceCents} cents are owed on this invoice`, {
    fields: [{ pointer: '#/amountCents', detail: 'more than the invoice’s balance' }],
  });
}

function newRequest(
  deps: Deps,
  asker: Asker,
  wanted: NewRequest,
  channel: StoredChannel & Pick<Merchant, 'businessShortcode' | 'passkey'>,
  invoice?: KnownInvoice,
): PaymentRequest {
  const now = deps.now();
  const accountReference = wanted.accountReference ?? accountReferenceOf(invoice?.number ?? '');
  return {
    id: deps.newId(),
    version: 1,
    organisationId: asker.organisationId,
    channelId: channel.id,
    mode: channel.mode,
    businessShortcode: channel.businessShortcode,
    sealedPasskey: deps.sealer.seal(channel.passkey),
    status: 'created',
    accountReference: accountReference || 'PAYMENT',
    description: wanted.description ?? 'Payment',
    amountCents: wanted.amountCents,
    currency: 'KES',
    phone: wanted.phone,
    customerId: invoice?.customerId ?? null,
    invoiceId: invoice?.id ?? null,
    checkoutRequestId: null,
    expects: true,
    resultCode: null,
    resultDescription: null,
    paymentId: null,
    createdBy: asker.userId,
    createdAt: now,
    promptedAt: null,
    settledAt: null,
    nextQueryAt: new Date(now.getTime() + deps.config.MALIPO_STK_QUERY_AFTER_MS),
    queries: 0,
  };
}
