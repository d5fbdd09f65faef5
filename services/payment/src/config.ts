import { networksSetting, portSetting, secretKey } from '@malipo/service-kit';
import { z } from 'zod';
import { SAFARICOM_SENDERS } from './http/senders.ts';

const ms = (fallback: number) => z.coerce.number().int().positive().default(fallback);

export const config = {
  MALIPO_PAYMENT_PORT: portSetting(8083),
  MALIPO_PUBLIC_URL: z
    .url()
    .default('http://127.0.0.1:8080')
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('where providers reach us; callback addresses are built on it'),
  MALIPO_SECRET_KEY: secretKey.describe('encrypts provider credentials and callback secrets'),
  MALIPO_SPOOL_DIR: z
    .string()
    .min(1)
    .default('.malipo/spool')
    .describe('local folder for callbacks that the database cannot take; one per process'),
  MALIPO_SPOOL_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(256 * 1024 * 1024),
  MALIPO_MPESA_SENDERS: networksSetting
    .prefault(SAFARICOM_SENDERS)
    .describe('addresses or networks that M-Pesa posts from'),
  MALIPO_DARAJA_LIVE_URL: z.url().default('https://api.safaricom.co.ke'),
  MALIPO_DARAJA_TEST_URL: z.url().default('http://127.0.0.1:8089').describe('the provider sandbox'),
  MALIPO_SANDBOX_CONTROL: z
    .stringbool()
    .default(false)
    .describe('whether test channels may be made known to the local sandbox by its control routes'),
  MALIPO_STK_QUERY_AFTER_MS: ms(75_000).describe('silence after which the provider is asked what became of a prompt'),
  MALIPO_STK_EXPIRE_AFTER_MS: ms(300_000),
  MALIPO_PULL_EVERY_MS: ms(300_000).describe('how often each channel’s missing payments are fetched'),
} as const;
