import { describe, expect, test } from 'vitest';
import { UsageError } from '../command.ts';
import { localSettings } from './settings.ts';

describe('the instance', () => {
  test('is default without a name and with an empty one, on the usual ports', () => {
    const usual = { instance: 'default', ports: expect.objectContaining({ gateway: 8080, sandbox: 8089 }) };
    expect(localSettings({})).toEqual(usual);
    expect(localSettings({ MALIPO_INSTANCE: '', MALIPO_PORT: '' })).toEqual(usual);
  });

  test('with a name of its own has ports of its own', () => {
    const { instance, ports } = localSettings({ MALIPO_INSTANCE: 'mine' });
    expect(instance).toBe('mine');
    expect(ports.gateway).toBeGreaterThan(8089);
  });
});

describe('MALIPO_PORT', () => {
  test('is the first of the ports, whatever the instance', () => {
    for (const MALIPO_INSTANCE of ['default', 'mine'])
      expect(localSettings({ MALIPO_INSTANCE, MALIPO_PORT: '18100' }).ports).toMatchObject({
        gateway: 18_100,
        identity: 18_101,
        sandbox: 18_109,
      });
  });

  test.each(['abc', '0', '-1', '80.5', '65527', '0x50'])('%s is refused by name', (MALIPO_PORT) => {
    expect(() => localSettings({ MALIPO_PORT })).toThrow(UsageError);
    expect(() => localSettings({ MALIPO_PORT })).toThrow(`MALIPO_PORT: '${MALIPO_PORT}' is no port`);
  });
});
