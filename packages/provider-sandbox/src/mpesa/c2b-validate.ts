import { z } from 'zod';
import { c2bPayload } from './c2b-payload.ts';
import type { MpesaContext } from './context.ts';
import type { Transaction } from './ledger.ts';
import { post, record } from './notify.ts';
import type { Shortcode, UrlRegistration } from './shortcodes.ts';

export type Verdict =
  | { accepted: true; thirdPartyTransId?: string }
  | { accepted: false; status: 'Declined' | 'Cancelled'; rejectCode?: string };

const ValidationAnswer = z.object({
  ResultCode: z.union([z.string(), z.number()]).transform(String),
  ThirdPartyTransID: z.string().optional(),
});

/**
 * Asks the validation URL; late, absent or unreadable answers fall back to what was registered:
 * `Completed` completes, `Cancelled` cancels.
 * @see docs/providers.md
 */
export async function validate(ctx: MpesaContext, shortcode: Shortcode, payment: Transaction): Promise<Verdict> {
  const { urls } = shortcode;
  if (!urls?.validationUrl || !shortcode.externalValidation) return { accepted: true };
  const body = c2bPayload(shortcode, payment, 'validation');
  const { validationUrl: url, responseType } = urls;
  const answer = await post(ctx, url, JSON.stringify(body), ctx.settings.timings.validationTimeoutMs);
  record(ctx, { url, kind: 'validation', body }, answer.status, payment.deliveries);
  if (answer.status !== 200) return fallback(responseType);
  return readVerdict(answer.body, responseType);
}

function readVerdict(text: string, responseType: UrlRegistration['responseType']): Verdict {
  const answer = parseAnswer(text);
  if (!answer) return fallback(responseType);
  if (answer.ResultCode !== '0') return { accepted: false, status: 'Declined', rejectCode: answer.ResultCode };
  return { accepted: true, ...(answer.ThirdPartyTransID && { thirdPartyTransId: answer.ThirdPartyTransID }) };
}

const fallback = (responseType: UrlRegistration['responseType']): Verdict =>
  responseType === 'Completed' ? { accepted: true } : { accepted: false, status: 'Cancelled' };

function parseAnswer(text: string) {
  try {
    return ValidationAnswer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // no JSON at all counts as no answer
  }
}
