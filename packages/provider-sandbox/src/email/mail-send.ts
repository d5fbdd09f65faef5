import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { installFaults } from '../faults.ts';
import { answered } from '../provider.ts';
import type { EmailContext, SentEmail } from './email.ts';
import { sendEvents } from './events.ts';

const Address = z.looseObject({ email: z.email() });

const MailRequest = z.looseObject({
  personalizations: z
    .array(
      z.looseObject({
        to: z.array(Address).min(1),
        cc: z.array(Address).default([]),
        bcc: z.array(Address).default([]),
        subject: z.string().optional(),
        custom_args: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1)
    .max(1000),
  from: Address,
  subject: z.string().min(1),
  content: z.array(z.object({ type: z.string().min(1), value: z.string().min(1) })).min(1),
  attachments: z
    .array(z.looseObject({ content: z.base64(), filename: z.string(), type: z.string().optional() }))
    .default([]),
  categories: z.array(z.string()).max(10).default([]),
  custom_args: z.record(z.string(), z.string()).default({}),
});
type MailRequest = z.infer<typeof MailRequest>;

const UNAUTHORISED = 'The provided authorization grant is invalid, expired, or revoked';
const problem = (message: string, field: string | null = null) => ({ errors: [{ message, field, help: null }] });

/** `POST /v3/mail/send`: 202 with an empty body, and the id in a header. @see docs/providers.md */
export function mailPlugin(ctx: EmailContext) {
  return async (app: FastifyInstance): Promise<void> => {
    installFaults(app, ctx.faults, ctx.background, (kind) => ({
      status: kind === 'spike_arrest' || kind === 'quota' ? 429 : 500,
      contentType: 'application/json',
      body: JSON.stringify(
        problem(kind === 'spike_arrest' || kind === 'quota' ? 'too many requests' : 'internal error'),
      ),
    }));
    app.post('/v3/mail/send', async (request, reply) => {
      const [scheme, key = ''] = (request.headers.authorization ?? '').split(' ');
      if (scheme !== 'Bearer' || !key || (ctx.config.apiKey ?? key) !== key)
        return reply.code(401).send(problem(UNAUTHORISED));
      const reading = MailRequest.safeParse(request.body);
      if (!reading.success) {
        const [issue] = reading.error.issues;
        return reply.code(400).send(problem(issue?.message ?? 'Bad Request', issue?.path.join('.') ?? null));
      }
      const messageId = ctx.random.hex(22);
      for (const message of take(ctx, reading.data, messageId)) {
        const { delayMs = ctx.settings.timings.callbackDelayMs } = ctx.behaviourOf(message.to);
        ctx.background.after(delayMs, () => sendEvents(ctx, message), answered(reply));
      }
      return reply.code(202).header('x-message-id', messageId).send();
    });
  };
}

function take(ctx: EmailContext, mail: MailRequest, messageId: string): SentEmail[] {
  const messages = mail.personalizations.flatMap(({ to, cc, bcc, subject, custom_args }) =>
    [...to, ...cc, ...bcc].map(({ email }) => ({
      messageId,
      to: email,
      from: mail.from.email,
      subject: subject ?? mail.subject,
      content: mail.content,
      attachments: mail.attachments.map(({ filename, type, content }) => ({ filename, type, content })),
      categories: mail.categories,
      customArgs: { ...mail.custom_args, ...custom_args },
      at: ctx.settings.now(),
      events: [],
    })),
  );
  ctx.sent.push(...messages);
  return messages;
}
