import formbody from '@fastify/formbody';
import { toMsisdn } from '@malipo/values';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { installFaults } from '../faults.ts';
import { answered } from '../provider.ts';
import { isSent, STATUS_OF_CODE } from './codes.ts';
import { countSegments } from './segments.ts';
import type { SentSms, SmsContext } from './sms.ts';

const SmsRequest = z.looseObject({
  username: z.string().min(1),
  to: z.string().min(1),
  message: z.string().min(1),
  from: z.string().optional(),
});
type SmsRequest = z.infer<typeof SmsRequest>;

const DEFAULT_PRICE = 0.8;

/** `POST /version1/messaging`, form-encoded; a success is HTTP 201. @see docs/providers.md */
export function smsPlugin(ctx: SmsContext, report: (message: SentSms) => Promise<void>) {
  return async (app: FastifyInstance): Promise<void> => {
    await app.register(formbody);
    installFaults(app, ctx.faults, ctx.background, () => ({
      status: 500,
      contentType: 'text/plain',
      body: 'Internal Server Error',
    }));
    app.post('/version1/messaging', async (request, reply) => {
      const reading = SmsRequest.safeParse(request.body);
      if (!reading.success) return refuse(reply, 400, missingField(reading.error));
      if (!isKnown(ctx, request.headers.apikey, reading.data.username))
        return refuse(reply, 401, 'The supplied authentication is invalid');
      const messages = reading.data.to.split(',').map((to) => take(ctx, reading.data, to.trim()));
      reportLater(ctx, messages, report, reply);
      return reply.code(201).send(answer(ctx, messages));
    });
  };
}

const refuse = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).type('text/plain').send(text);

const missingField = (error: z.ZodError): string =>
  `Request is missing required form field '${String(error.issues[0]?.path[0] ?? 'username')}'`;

const isKnown = ({ config }: SmsContext, apiKey: unknown, username: string): boolean =>
  typeof apiKey === 'string' && (config.apiKey ?? apiKey) === apiKey && (config.username ?? username) === username;

function take(ctx: SmsContext, { message, from = '' }: SmsRequest, to: string): SentSms {
  const msisdn = toMsisdn(to);
  const behaviour = ctx.behaviourOf(msisdn ?? to);
  const unknownSender = from !== '' && ctx.config.senderIds && !ctx.config.senderIds.includes(from);
  const statusCode = msisdn ? (behaviour.statusCode ?? (unknownSender ? 402 : 101)) : 403;
  const sms: SentSms = {
    messageId: isSent(statusCode) && !behaviour.withoutId ? `ATXid_${ctx.random.hex(32)}` : 'None',
    to: msisdn ? `+${msisdn}` : to,
    from,
    text: message,
    segments: countSegments(message),
    statusCode,
    at: ctx.settings.now(),
    reports: [],
  };
  ctx.sent.push(sms);
  return sms;
}

function reportLater(
  ctx: SmsContext,
  messages: SentSms[],
  report: (message: SentSms) => Promise<void>,
  reply: FastifyReply,
): void {
  if (ctx.config.reports === false) return;
  for (const message of messages.filter(({ statusCode }) => isSent(statusCode))) {
    const { delayMs = ctx.settings.timings.callbackDelayMs } = ctx.behaviourOf(message.to.replace('+', ''));
    ctx.background.after(delayMs, () => report(message), answered(reply));
  }
}

function answer({ config }: SmsContext, messages: SentSms[]) {
  const price = config.price ?? DEFAULT_PRICE;
  const sent = messages.filter(({ statusCode }) => isSent(statusCode));
  const cost = ({ segments, statusCode }: SentSms): number => (isSent(statusCode) ? segments * price : 0);
  const total = sent.reduce((sum, message) => sum + cost(message), 0);
  return {
    SMSMessageData: {
      Message: `Sent to ${sent.length}/${messages.length} Total Cost: KES ${total.toFixed(4)}`,
      Recipients: messages.map((message) => ({
        statusCode: message.statusCode,
        number: message.to,
        status: STATUS_OF_CODE[message.statusCode] ?? 'InternalServerError',
        cost: sent.includes(message) ? `KES ${cost(message).toFixed(4)}` : '0',
        messageId: message.messageId,
      })),
    },
  };
}
