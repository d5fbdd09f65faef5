import { type App, UnauthenticatedError } from '@malipo/service-kit';
import { settleEmailReports } from '../commands/settle-report.ts';
import type { Deps } from '../deps.ts';
import { EmailEvents, isSignedBy, toEmailReport } from '../providers/sendgrid.ts';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

/** SendGrid's signed event webhook; the signature covers the raw bytes, so the body is parsed only after the check. */
export const emailCallback = (deps: Deps) => async (app: App) => {
  const keys = deps.config.MALIPO_EMAIL_WEBHOOK_KEY;
  const events = deps.metrics.counter('malipo_email_events_total', 'e-mail events', ['result']);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post(
    '/callbacks/email/events',
    { config: { public: true, callback: true }, schema: { hide: true } },
    async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const signature = String(request.headers[SIGNATURE] ?? '');
      const timestamp = String(request.headers[TIMESTAMP] ?? '');
      if (!isSignedBy(keys, { signature, timestamp, body })) {
        events.inc({ result: 'bad_signature' });
        throw new UnauthenticatedError('signature_invalid', 'the signature does not fit the body');
      }
      const received = readEvents(body);
      const reports = received.flatMap((event) => toEmailReport(event) ?? []);
      events.inc({ result: 'ignored' }, received.length - reports.length);
      for (const result of await settleEmailReports(deps, reports)) events.inc({ result });
      return reply.status(204).send();
    },
  );
};

/** A signed body that cannot be read is the provider's doing: repeating it would not help, so it is taken as empty. */
function readEvents(body: Buffer) {
  try {
    return EmailEvents.parse(JSON.parse(body.toString()));
  } catch {
    return [];
  }
}
