import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('has a port by default', () => {
  expect(readConfig({})).toEqual({ port: 8089 });
});

it('reads port, seed, delay and the file of registrations', () => {
  const environment = {
    MALIPO_SANDBOX_PORT: '0',
    MALIPO_SANDBOX_SEED: '7',
    MALIPO_SANDBOX_CALLBACK_DELAY_MS: '500',
    MALIPO_SANDBOX_STATE: 'sandbox.json',
  };
  expect(readConfig(environment)).toEqual({
    port: 0,
    seed: 7,
    timings: { callbackDelayMs: 500 },
    stateFile: 'sandbox.json',
  });
});

it('refuses what is no port', () => {
  expect(() => readConfig({ MALIPO_SANDBOX_PORT: 'http' })).toThrow();
});
