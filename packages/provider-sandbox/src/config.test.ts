import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('has a port by default', () => {
  expect(readConfig({})).toEqual({ port: 8089 });
});

it('reads port, seed and delay', () => {
  const environment = { MALIPO_SANDBOX_PORT: '0', MALIPO_SANDBOX_SEED: '7', MALIPO_SANDBOX_CALLBACK_DELAY_MS: '500' };
  expect(readConfig(environment)).toEqual({ port: 0, seed: 7, timings: { callbackDelayMs: 500 } });
});

it('refuses what is no port', () => {
  expect(() => readConfig({ MALIPO_SANDBOX_PORT: 'http' })).toThrow();
});
