import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { config } from './config.ts';

const asShown = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');
const read = (text: string) => config.MALIPO_EMAIL_WEBHOOK_KEY.safeParse(text);

test('events of e-mail are checked with EC keys; of another kind none would ever fit', () => {
  const ec = asShown(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey);
  const other = asShown(generateKeyPairSync('ed25519').publicKey);
  expect(read(`${ec}, ${ec}`).data).toHaveLength(2);
  for (const wrong of [other, `${ec},${other}`, 'nonsense']) expect(read(wrong).success).toBe(false);
});
