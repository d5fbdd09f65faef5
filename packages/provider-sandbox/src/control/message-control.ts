import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EmailSettings, MailboxBehaviour } from '../email/email.ts';
import { Fault } from '../faults.ts';
import { RecipientBehaviour, SmsSettings } from '../sms/sms.ts';
import type { Controls } from './control-routes.ts';

const OptOut = z.object({ phone: z.string(), senderId: z.string() });
const Incoming = z.object({ from: z.string(), to: z.string(), text: z.string(), linkId: z.string().default('') });

/** `/_control/sms/…` and `/_control/email/…`. */
export function messageControlRoutes(app: FastifyInstance, { sms, email }: Controls): void {
  const ok = { ok: true };
  app.put('/sms/settings', async ({ body }) => {
    sms.configure(SmsSettings.parse(body));
    return ok;
  });
  app.put<{ Params: { phone: string } }>('/sms/recipients/:phone', async ({ params, body }) => {
    sms.recipient(params.phone).behave(RecipientBehaviour.parse(body));
    return ok;
  });
  app.put('/sms/recipients', async ({ body }) => {
    sms.everyone(RecipientBehaviour.parse(body));
    return ok;
  });
  app.post('/sms/opt-outs', async ({ body }) => {
    const { phone, senderId } = OptOut.parse(body);
    await sms.optOut(phone, senderId);
    return ok;
  });
  app.post('/sms/incoming', async ({ body }) => {
    await sms.incoming(Incoming.parse(body));
    return ok;
  });
  app.put('/email/settings', async ({ body }) => {
    email.configure(EmailSettings.parse(body));
    return ok;
  });
  app.put<{ Params: { address: string } }>('/email/mailboxes/:address', async ({ params, body }) => {
    email.mailbox(params.address).behave(MailboxBehaviour.parse(body));
    return ok;
  });
  app.get('/email/public-key', async () => ({ publicKey: email.publicKey }));
  for (const [name, control] of [
    ['sms', sms],
    ['email', email],
  ] as const) {
    app.get(`/${name}/sent`, async () => control.sent());
    app.delete(`/${name}/sent`, async () => {
      control.clear();
      return ok;
    });
    app.post(`/${name}/faults`, async ({ body }) => {
      control.fault(Fault.parse(body));
      return ok;
    });
    app.delete(`/${name}/faults`, async () => {
      control.clearFaults();
      return ok;
    });
  }
}
