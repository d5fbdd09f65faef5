import { createPublicKey } from 'node:crypto';
import { ConfigError, portSetting, secretSetting } from '@malipo/service-kit';
import { z } from 'zod';

const SANDBOX = 'http://127.0.0.1:8089';

/** Where test money must never lead: these reach real people. */
const LIVE_HOSTS = ['api.africastalking.com', 'api.sendgrid.com', 'api.eu.sendgrid.com'];

const testUrl = z
  .url()
  .default(SANDBOX)
  .refine(
    (url) => !LIVE_HOSTS.includes(new URL(url).hostname),
    'test money must not message real people; name a sandbox',
  );

const publicKeys = z.string().transform((text, context) => {
  const keys = text
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean);
  try {
    const read = keys.map((key) => createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }));
    if (read.every((key) => key.asymmetricKeyType === 'ec')) return read;
  } catch {
    // as with a key of another kind
  }
  context.addIssue({ code: 'custom', message: 'must be base64 public EC keys (SPKI) as SendGrid shows them' });
  return z.NEVER;
});

/** Settings of the notification service; credentials have no default. */
export const config = {
  MALIPO_NOTIFICATION_PORT: portSetting(8085),
  MALIPO_SMS_URL: z.url().default(SANDBOX).describe("Africa's Talking, for live money"),
  MALIPO_SMS_USERNAME: z.string().min(1).describe("of the Africa's Talking account; any for the local sandbox"),
  MALIPO_SMS_API_KEY: z.string().min(1).describe("of the Africa's Talking account; any for the local sandbox"),
  MALIPO_SMS_SENDER: z.string().default('').describe('registered sender id; empty takes the shared one'),
  MALIPO_SMS_TEST_URL: testUrl.describe('for test money; a sandbox'),
  MALIPO_SMS_TEST_USERNAME: z.string().default('sandbox'),
  MALIPO_SMS_TEST_API_KEY: z.string().default('sandbox').describe('the local sandbox takes any'),
  MALIPO_SMS_CALLBACK_SECRET: secretSetting(
    /^[0-9a-f]{32,64}$/i,
    '32 to 64 hexadecimal characters, for example from: openssl rand -hex 16',
  ).describe('last but one part of the delivery report URL'),
  MALIPO_MESSAGE_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(64)
    .describe('messages at the provider at once, each lane; what is there in a crash is of unknown fate'),
  MALIPO_MESSAGE_CLAIM_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .default(60)
    .describe('a claim without an end is unknown after this; at least twice the timeout'),
  MALIPO_MESSAGE_TIMEOUT_MS: z.coerce.number().int().min(100).default(10_000),
  MALIPO_EMAIL_URL: z.url().default(SANDBOX).describe('SendGrid, for live money'),
  MALIPO_EMAIL_API_KEY: z.string().min(1).describe('of the SendGrid account; any for the local sandbox'),
  MALIPO_EMAIL_FROM: z.email().describe('verified sender address'),
  MALIPO_EMAIL_TEST_URL: testUrl.describe('for test money; a sandbox'),
  MALIPO_EMAIL_TEST_API_KEY: z.string().default('sandbox').describe('the local sandbox takes any'),
  MALIPO_EMAIL_WEBHOOK_KEY: publicKeys
    .default([])
    .describe('public keys of the signed event webhook, separated by commas; without one its events are refused'),
} as const;

/**
 * Half of a claim may be over when its message leaves. The other half must outlast a provider that keeps silent, or
 * others would call a message unknown that is still under way.
 * @throws {ConfigError} naming the setting
 */
export function checkClaim(
  service: string,
  { claimSeconds, timeoutMs }: { claimSeconds: number; timeoutMs: number },
): void {
  const least = Math.ceil((2 * timeoutMs) / 1_000);
  if (claimSeconds >= least) return;
  throw new ConfigError(service, [
    `MALIPO_MESSAGE_CLAIM_SECONDS: must be at least twice MALIPO_MESSAGE_TIMEOUT_MS, which is ${timeoutMs}; set it to ${least} or more, or shorten the timeout`,
  ]);
}
