import { AppError, type HttpAnswer, NotSentError } from '@malipo/service-kit';
import type { Outcome } from '../domain/delivery.ts';

/**
 * One attempt at a provider. Silence is `unknown`: the message may be on its way. So is a 5xx. What was turned away at
 * the door (429) never left; another 4xx is a refusal for good.
 */
export async function attempt(
  request: () => Promise<HttpAnswer>,
  read: (answer: HttpAnswer) => Outcome,
): Promise<Outcome> {
  try {
    const answer = await request();
    if (answer.status === 429) return { kind: 'not_sent', reason: 'http_429' };
    if (answer.status >= 400 && answer.status < 500) return { kind: 'refused', reason: `http_${answer.status}` };
    if (answer.status >= 200 && answer.status < 300) return read(answer);
    return { kind: 'unknown', reason: `http_${answer.status}` };
  } catch (error) {
    const reason = error instanceof AppError ? error.code : 'unexpected';
    return error instanceof NotSentError ? { kind: 'not_sent', reason } : { kind: 'unknown', reason };
  }
}
