import { expect, test } from 'vitest';
import { z } from 'zod';
import { baseConfig, ConfigError, readConfig, secretKey } from './config.ts';

test('all wrong settings are told at once, by name', () => {
  const read = () =>
    readConfig(
      'payment',
      { ...baseConfig, MALIPO_SECRET_KEY: secretKey },
      { MALIPO_TRACE_RATIO: '7', MALIPO_LOG_LEVEL: 'loud' },
    );
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/MALIPO_LOG_LEVEL[\s\S]*MALIPO_TRACE_RATIO[\s\S]*MALIPO_SECRET_KEY/);
});

test('defaults serve the local stack', () => {
  const config = readConfig('payment', { ...baseConfig, EXTRA: z.string().default('x') }, {});
  expect(config).toMatchObject({ MALIPO_HOST: '127.0.0.1', MALIPO_KAFKA_BROKERS: ['127.0.0.1:9192'], EXTRA: 'x' });
});
