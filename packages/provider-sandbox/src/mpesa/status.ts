import { eatStamp } from '@malipo/values';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { MpesaContext } from './context.ts';
import { authenticateInitiator, InitiatorRequest, readInitiatorRequest } from './initiator.ts';
import type { Transaction } from './ledger.ts';
import { authorise } from './oauth.ts';
import { fullName, reasonType } from './portal-text.ts';
import { Digits, ShortcodeNumber } from './request.ts';
import { acknowledge, DONE, type Finding } from './result.ts';
import type { DarajaApp, Shortcode } from './shortcodes.ts';

const StatusQuery = InitiatorRequest.extend({
  CommandID: z.literal('TransactionStatusQuery'),
  TransactionID: z.string().optional(),
  OriginalConversationID: z.string().optional(),
  PartyA: ShortcodeNumber,
  IdentifierType: Digits.pipe(z.enum(['1', '2', '4'])),
  Occasion: z.string().optional(),
}).refine((query) => query.TransactionID || query.OriginalConversationID, { path: ['TransactionID'] });
type StatusQuery = z.infer<typeof StatusQuery>;

/** Transaction Status: acknowledged at once, answered at ResultURL. */
export function statusRoutes(app: FastifyInstance, ctx: MpesaContext): void {
  app.post('/mpesa/transactionstatus/v1/query', async (request, reply) => {
    const client = authorise(ctx, request, 'status');
    const query = readInitiatorRequest(ctx, StatusQuery, request.body);
    return acknowledge(ctx, reply, query, () => findStatus(ctx, client, query));
  });
}

async function findStatus(ctx: MpesaContext, client: DarajaApp, query: StatusQuery): Promise<Finding> {
  const initiator = await authenticateInitiator(ctx, client, query.PartyA, query);
  if ('code' in initiator) return initiator;
  const { shortcode } = initiator;
  const paid = ctx.ledger.find(query.TransactionID ?? '') ?? reversalOf(ctx, query.OriginalConversationID);
  if (paid?.shortcode !== shortcode.shortcode)
    return { code: 'R000002', description: 'The OriginalTransactionID is invalid.' };
  const { receipt } = paid;
  return { ...DONE, transactionId: receipt, parameters: parameters(ctx, shortcode, paid) };
}

const reversalOf = (ctx: MpesaContext, conversationId: string | undefined): Transaction | undefined =>
  conversationId ? ctx.ledger.find(ctx.conversations.get(conversationId) ?? '') : undefined;

/** DebitPartyName really occurs twice, and the final time is spelt in two ways. */
function parameters(ctx: MpesaContext, shortcode: Shortcode, paid: Transaction) {
  const name = fullName(paid.names);
  const debitParty = paid.phone ? `${paid.phone} - ${name}` : name;
  return [
    { Key: 'DebitPartyName', Value: debitParty },
    { Key: 'DebitPartyName', Value: debitParty },
    { Key: 'CreditPartyName', Value: `${shortcode.shortcode} - ${shortcode.organisationName}` },
    { Key: 'ReceiptNo', Value: paid.receipt },
    { Key: 'TransactionStatus', Value: paid.status },
    { Key: 'Amount', Value: Math.abs(paid.amountCents) / 100 },
    { Key: 'ReasonType', Value: reasonType(shortcode, paid) },
    { Key: 'InitiatedTime', Value: Number(eatStamp(paid.initiatedAt)) },
    { Key: ctx.resultStyle.finalised ?? 'FinalisedTime', Value: Number(eatStamp(paid.completedAt)) },
    { Key: 'DebitPartyCharges' },
    { Key: 'TransactionReason' },
  ];
}
