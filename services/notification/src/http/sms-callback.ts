import { type App, fingerprint, matchesFingerprint, NotFoundError } from '@malipo/service-kit';
import { toMsisdn } from '@malipo/values';
import { z } from 'zod';
import { settleSmsReport } from '../commands/settle-report.ts';
import type { Deps } from '../deps.ts';
import { SmsReport, toReport } from '../providers/africas-talking.ts';

const FORM = 'application/x-www-form-urlencoded';
const BODY_LIMIT = 16 * 1024;

/**
 * Delivery reports: unsigned, so the URL carries a secret. What cannot be read is answered as the provider expects and
 * counted; reports change no money.
 */
export const smsCallback = (deps: Deps) => async (app: App) => {
  const secret = fingerprint(deps.config.MALIPO_SMS_CALLBACK_SECRET);
  const reports = deps.metrics.counter('malipo_sms_reports_total', 'delivery reports', ['result']);
  app.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.post(
    '/callbacks/sms/:secret/delivery',
    { config: { public: true, callback: true }, schema: { hide: true } },
    async (request, reply) => {
      const params = z.object({ secret: z.string() }).parse(request.params);
      if (!matchesFingerprint(params.secret, secret)) {
        reports.inc({ result: 'wrong_secret' });
        throw new NotFoundError('route_not_found', 'there is nothing here');
      }
      const reading = SmsReport.safeParse(request.body);
      const readable = reading.success && reading.data.id !== 'None';
      const result = readable
        ? await settleSmsReport(deps, digitsOf(reading.data.phoneNumber), toReport(reading.data))
        : 'unreadable';
      reports.inc({ result });
      return reply.send({ status: 'ok' });
    },
  );
};

/** A `+` that was not escaped arrives as a space. */
const digitsOf = (phone: string): string => toMsisdn(phone.trim()) ?? phone.replace(/\D/g, '');
