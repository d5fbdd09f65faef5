import { networkCode } from './codes.ts';
import type { ReportStatus, SentSms, SmsContext } from './sms.ts';

/** One delivery report and what the receiver answered. */
export interface DeliveryReport {
  status: ReportStatus;
  at: Date;
  answer: number | 'unanswered';
}

/** Unsigned and form-encoded, like all callbacks of this provider. */
export async function postForm(
  ctx: SmsContext,
  url: string,
  fields: Record<string, string>,
): Promise<number | 'unanswered'> {
  const answer = await ctx.deliverer.post({
    url,
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(fields).toString(),
    timeoutMs: ctx.settings.timings.deliveryTimeoutMs,
  });
  return answer.status;
}

/** Sends the recipient's reports, in the order and number its behaviour asks for. */
export async function sendReports(ctx: SmsContext, message: SentSms): Promise<void> {
  const url = ctx.config.deliveryReportUrl;
  const msisdn = message.to.replace('+', '');
  const { reports = ['Success'], copies = 1, failureReason, ...behaviour } = ctx.behaviourOf(msisdn);
  if (!url) return;
  for (const status of reports) {
    const fields = {
      id: message.messageId,
      status,
      phoneNumber: message.to,
      networkCode: behaviour.networkCode ?? networkCode(msisdn),
      retryCount: '0',
      ...((status === 'Failed' || status === 'Rejected') && { failureReason: failureReason ?? 'DeliveryFailure' }),
    };
    for (let copy = 0; copy < copies; copy += 1) {
      const answer = await postForm(ctx, url, fields);
      message.reports.push({ status, at: ctx.settings.now(), answer });
    }
  }
}
