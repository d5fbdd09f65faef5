import { eatStamp } from '@malipo/values';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { MpesaContext } from './context.ts';
import { invalid } from './errors.ts';
import { authenticateInitiator, InitiatorRequest, readInitiatorRequest } from './initiator.ts';
import type { Transaction } from './ledger.ts';
import { authorise } from './oauth.ts';
import { fullName } from './portal-text.ts';
import { Digits, ShortcodeNumber, WholeShillings } from './request.ts';
import { acknowledge, type ConversationIds, DONE, type Finding } from './result.ts';
import type { DarajaApp, Shortcode } from './shortcodes.ts';

const ReversalRequest = InitiatorRequest.extend({
  CommandID: z.literal('TransactionReversal'),
  TransactionID: z.string().min(1),
  Amount: WholeShillings,
  ReceiverParty: ShortcodeNumber,
  /** Misspelt on the wire; the right spelling is refused. */
  RecieverIdentifierType: Digits.pipe(z.literal('11')),
  Occasion: z.string().optional(),
});
type ReversalRequest = z.infer<typeof ReversalRequest>;

const ALREADY_REVERSED = { code: 'R000001', description: 'The transaction has already been reversed.' };
const INVALID_ORIGINAL = { code: 'R000002', description: 'The OriginalTransactionID is invalid.' };
const INSUFFICIENT = { code: 1, description: 'The balance is insufficient for the transaction.' };

/** Reversal of customer payments. */
export function reversalRoutes(app: FastifyInstance, ctx: MpesaContext): void {
  app.post('/mpesa/reversal/v1/request', async (request, reply) => {
    const client = authorise(ctx, request, 'reversal');
    const reversal = readInitiatorRequest(ctx, ReversalRequest, request.body);
    if ('Occassion' in reversal) throw invalid('Occasion'); // that misspelling is B2C's
    return acknowledge(ctx, reply, reversal, (conversation) => reverse(ctx, client, reversal, conversation));
  });
}

async function reverse(
  ctx: MpesaContext,
  client: DarajaApp,
  request: ReversalRequest,
  conversation: ConversationIds,
): Promise<Finding> {
  const initiator = await authenticateInitiator(ctx, client, request.ReceiverParty, request);
  if ('code' in initiator) return initiator;
  const { shortcode } = initiator;
  const original = ctx.ledger.find(request.TransactionID);
  const amountCents = request.Amount * 100;
  if (!original || !isReversible(original, shortcode, amountCents)) return INVALID_ORIGINAL;
  if (original.linkedReceipt) return ALREADY_REVERSED;
  if (ctx.ledger.balanceCents(shortcode.shortcode) < amountCents) return INSUFFICIENT;
  const reversal = book(ctx, shortcode, original, amountCents);
  for (const id of Object.values(conversation)) ctx.conversations.set(id, reversal.receipt);
  return { ...DONE, transactionId: reversal.receipt, parameters: parameters(shortcode, original, reversal) };
}

const isReversible = (original: Transaction, shortcode: Shortcode, amountCents: number): boolean =>
  original.shortcode === shortcode.shortcode &&
  original.status === 'Completed' &&
  original.kind !== 'reversal' &&
  amountCents <= original.amountCents;

/** A reversal carries a receipt of its own, and the statement links the two. */
function book(ctx: MpesaContext, shortcode: Shortcode, original: Transaction, amountCents: number): Transaction {
  const at = ctx.settings.now();
  const reversal = ctx.ledger.book({
    receipt: ctx.receipt(at),
    shortcode: shortcode.shortcode,
    kind: 'reversal',
    status: 'Completed',
    transactionType: original.transactionType,
    amountCents: -amountCents,
    reference: original.reference,
    phone: original.phone,
    names: original.names,
    initiatedAt: at,
    completedAt: at,
    linkedReceipt: original.receipt,
    deliveries: [],
  });
  original.linkedReceipt = reversal.receipt;
  return reversal;
}

function parameters(shortcode: Shortcode, original: Transaction, reversal: Transaction) {
  const name = fullName(original.names);
  return [
    { Key: 'OriginalTransactionID', Value: original.receipt },
    { Key: 'Amount', Value: Math.abs(reversal.amountCents) / 100 },
    { Key: 'TransCompletedTime', Value: Number(eatStamp(reversal.completedAt)) },
    { Key: 'Charge', Value: 0 },
    { Key: 'CreditPartyPublicName', Value: `${original.phone} - ${name}` },
    { Key: 'DebitPartyPublicName', Value: `${shortcode.shortcode} - ${shortcode.organisationName}` },
  ];
}
