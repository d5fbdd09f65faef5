import { expect, test } from 'vitest';
import { environmentOf, freshSecrets, platformEnvironment, portsFrom } from './environment.ts';

const STACK = { mongoUrl: 'mongodb://x', redisUrl: 'redis://x', kafkaBrokers: ['x'] };
const trusted = (service: string, own: Record<string, string>) =>
  environmentOf(service, platformEnvironment(STACK, portsFrom(8080), freshSecrets(), own), own)['MALIPO_TRUST_PROXY'];

test('the services believe the gateway about the sender, the gateway believes nobody', () => {
  expect(['identity', 'payment', 'gateway'].map((name) => trusted(name, {}))).toEqual([
    '127.0.0.1/32',
    '127.0.0.1/32',
    '',
  ]);
});

test('the gateway believes a proxy that its operator names', () => {
  expect(trusted('gateway', { MALIPO_TRUST_PROXY: '10.0.0.0/8' })).toBe('10.0.0.0/8');
});
