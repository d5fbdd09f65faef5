import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type EmailControl, EmailSettings, MailboxBehaviour } from '../email/email.ts';
import { Fault } from '../faults.ts';
import { RecipientBehaviour, type SmsControl, SmsSettings } from '../sms/sms.ts';
import { done } from './answers.ts';

const OptOut = z.object({ phone: z.string(), senderId: z.string() });
const Incoming = z.object({ from: z.string(), to: z.string(), text: z.string(), linkId: z.string().default('') });

/** `/_control/sms/…`. */
export function smsControlRoutes(app: FastifyInstance, sms: SmsControl): void {
  app.put('/sms/settings', async ({ body }) => done(sms.configure(SmsSettings.parse(body))));
  app.put('/sms/recipients', async ({ body }) => done(sms.everyone(RecipientBehaviour.parse(body))));
  app.put<{ Params: { phone: string } }>('/sms/recipients/:phone', async ({ params, body }) =>
    done(sms.recipient(params.phone).behave(RecipientBehaviour.parse(body))),
  );
  app.post('/sms/opt-outs', async ({ body }) => {
    const { phone, senderId } = OptOut.parse(body);
    return done(await sms.optOut(phone, senderId));
  });
  app.post('/sms/incoming', async ({ body }) => done(await sms.incoming(Incoming.parse(body))));
  outboxRoutes(app, '/sms', sms);
}

/** `/_control/email/…`. */
export function emailControlRoutes(app: FastifyInstance, email: EmailControl): void {
  app.put('/email/settings', async ({ body }) => done(email.configure(EmailSettings.parse(body))));
  app.put<{ Params: { address: string } }>('/email/mailboxes/:address', async ({ params, body }) =>
    done(email.mailbox(params.address).behave(MailboxBehaviour.parse(body))),
  );
  app.get('/email/public-key', async () => ({ publicKey: email.publicKey }));
  outboxRoutes(app, '/email', email);
}

/** What both have: messages that were sent, and faults. */
function outboxRoutes(app: FastifyInstance, path: string, control: SmsControl | EmailControl): void {
  app.get(`${path}/sent`, async () => control.sent());
  app.delete(`${path}/sent`, async () => done(control.clear()));
  app.post(`${path}/faults`, async ({ body }) => done(control.fault(Fault.parse(body))));
  app.delete(`${path}/faults`, async () => done(control.clearFaults()));
}
