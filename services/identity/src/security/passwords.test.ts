import { parseOptions } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

const NAME_OF_ARGON2ID = 2;

describe('passwords', () => {
  test('are kept as argon2id with 19 MiB, 2 passes and 1 lane', async () => {
    const stored = await createPasswords().hash('correct horse');
    expect(parseOptions(stored)).toMatchObject({
      algorithm: NAME_OF_ARGON2ID,
      memoryCost: 19_456,
      timeCost: 2,
      parallelism: 1,
      saltLen: 16,
    });
  });

  test('the right one matches, in either Unicode form; a wrong one and no user do not', async () => {
    const passwords = createPasswords();
    const stored = await passwords.hash('caf\u00e9 latte');
    expect(await passwords.verify(stored, 'cafe\u0301 latte')).toBe(true);
    expect(await passwords.verify(stored, 'cafe latte')).toBe(false);
    expect(await passwords.verify(null, 'caf\u00e9 latte')).toBe(false);
  });

  test('an unknown user costs the same work as a known one', async () => {
    const passwords = createPasswords();
    const stored = await passwords.hash('correct horse');
    const cost = async (row: string | null) => {
      const started = process.cpuUsage();
      for (let count = 0; count < 5; count++) await passwords.verify(row, 'wrong horse');
      return process.cpuUsage(started).user;
    };
    const [known, unknown] = [await cost(stored), await cost(null)];
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });

  test('beyond the queue callers are turned away at once, and the rest are all served', async () => {
    const passwords = createPasswords({ atOnce: 1, queue: 2 });
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((text) => passwords.hash(text)));
    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'sign_in_busy', kind: 'unavailable' } });
    await expect(passwords.hash('after')).resolves.toContain('$argon2id$');
  });
});
