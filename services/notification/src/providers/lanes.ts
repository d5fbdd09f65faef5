import type { Base } from '@malipo/service-kit';
import type { Config } from '../deps.ts';
import type { Medium } from '../domain/delivery.ts';
import type { Lane } from '../store/deliveries.ts';
import { createAfricasTalking } from './africas-talking.ts';
import type { MessageProvider } from './message-provider.ts';
import { sandboxed } from './sandboxed.ts';
import { createSendGrid } from './sendgrid.ts';

type Served = { lane: Lane; provider: MessageProvider };

/** Live and test money have providers of their own, so that a test payment cannot reach a real phone. */
export const lanes = (base: Base<Config>): Served[] => [...smsLanes(base), ...emailLanes(base)];

function smsLanes(base: Base<Config>): Served[] {
  const { MALIPO_SMS_URL: url, MALIPO_SMS_TEST_URL: testUrl, ...config } = base.config;
  const timeoutMs = config.MALIPO_MESSAGE_TIMEOUT_MS;
  const live = createAfricasTalking({
    url,
    username: config.MALIPO_SMS_USERNAME,
    apiKey: config.MALIPO_SMS_API_KEY,
    sender: config.MALIPO_SMS_SENDER,
    timeoutMs,
  });
  const test = createAfricasTalking({
    url: testUrl,
    username: config.MALIPO_SMS_TEST_USERNAME,
    apiKey: config.MALIPO_SMS_TEST_API_KEY,
    sender: '',
    timeoutMs,
  });
  return both('sms', isSame(url, testUrl) ? sandboxed(live, 'sms', base) : live, test);
}

function emailLanes(base: Base<Config>): Served[] {
  const { MALIPO_EMAIL_URL: url, MALIPO_EMAIL_TEST_URL: testUrl, ...config } = base.config;
  const common = { from: config.MALIPO_EMAIL_FROM, timeoutMs: config.MALIPO_MESSAGE_TIMEOUT_MS };
  const live = createSendGrid({ url, apiKey: config.MALIPO_EMAIL_API_KEY, ...common });
  const test = createSendGrid({ url: testUrl, apiKey: config.MALIPO_EMAIL_TEST_API_KEY, ...common });
  return both('email', isSame(url, testUrl) ? sandboxed(live, 'email', base) : live, test);
}

/** Where live money's messages go where test money's do, that is a sandbox. */
const isSame = (url: string, testUrl: string): boolean => new URL(url).host === new URL(testUrl).host;

const both = (medium: Medium, live: MessageProvider, test: MessageProvider): Served[] => [
  { lane: { medium, mode: 'live' }, provider: live },
  { lane: { medium, mode: 'test' }, provider: test },
];
