import { expect, test } from 'vitest';
import { z } from 'zod';
import { baseConfig, ConfigError, networksSetting, portSetting, readConfig, secretKey } from './config.ts';

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

test('an empty setting is none, but for a prefix, which may be left out', () => {
  const read = readConfig(
    'payment',
    { ...baseConfig, MALIPO_PAYMENT_PORT: portSetting(8083) },
    {
      MALIPO_PAYMENT_PORT: '',
      MALIPO_TRACE_RATIO: '',
      MALIPO_MONGO_URL: '',
      MALIPO_KAFKA_BROKERS: '',
      MALIPO_DB_PREFIX: '',
    },
  );
  expect(read).toMatchObject({
    MALIPO_PAYMENT_PORT: 8083,
    MALIPO_TRACE_RATIO: 0.01,
    MALIPO_MONGO_URL: expect.stringContaining('mongodb://'),
    MALIPO_KAFKA_BROKERS: ['127.0.0.1:9192'],
    MALIPO_DB_PREFIX: '',
  });
});

test('a missing setting says that it is missing, and a secret how to make one', () => {
  const shape = {
    MALIPO_SECRET_KEY: secretKey.describe('encrypts'),
    MALIPO_USER: z.string().describe('of the account'),
  };
  const read = () => readConfig('payment', shape, {});
  expect(read).toThrow(
    'MALIPO_SECRET_KEY: is missing: 64 hexadecimal characters, for example from: openssl rand -hex 32',
  );
  expect(read).toThrow('MALIPO_USER: is missing: of the account');
});

test.each([
  ['MALIPO_MONGO_URL', 'localhost:27017', 'mongodb://host:27017/?replicaSet=rs0'],
  ['MALIPO_KAFKA_BROKERS', 'broker', 'kafka-1:9092,[::1]:9092'],
  ['MALIPO_KAFKA_BROKERS', 'broker:99999', 'kafka-1:9092'],
  ['MALIPO_TRACE_URL', 'collector:4318', 'http://collector:4318/v1/traces'],
  ['MALIPO_JWKS_URL', 'identity:8081', 'https://identity:8081/.well-known/jwks.json'],
  ['MALIPO_TRUST_PROXY', '10.0.0.0/64', '10.0.0.0/8, ::1/128, 127.0.0.1, loopback'],
  ['MALIPO_TRUST_PROXY', 'gateway', 'fd00::/8'],
])('%s is not %s, and says so before anything connects', (name, wrong, right) => {
  expect(() => readConfig('payment', baseConfig, { [name]: wrong })).toThrow(new RegExp(`\\n  ${name}: .*such as`));
  expect(() => readConfig('payment', baseConfig, { [name]: right })).not.toThrow();
});

test.each([
  ['196.201.214.200', true],
  ['196.201.212.0/24, 2001:db8::/32', true],
  ['196.201.212.0/33', false],
  ['196.201.212/24', false],
  ['196.201.212.0/', false],
  ['196.201.212.0/24/8', false],
  ['safaricom', false],
])('%s as addresses and networks: %s', (text, is) => expect(networksSetting.safeParse(text).success).toBe(is));
