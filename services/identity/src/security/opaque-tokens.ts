import { randomBytes } from 'node:crypto';
import { createSealer, fingerprint } from '@malipo/service-kit';

/** A bearer secret: a selector that finds its row and 256 random bits; both are stored as hashes only. */
export type OpaqueToken = { text: string; selector: string; selectorHash: string; hash: string };

const SHAPE = /^([\w-]{22})\.([\w-]{43})$/;

/** A fresh token, of a family where `selector` is given. */
export function issueToken(selector = randomBytes(16).toString('base64url')): OpaqueToken {
  return describe(selector, `${selector}.${randomBytes(32).toString('base64url')}`);
}

/** @returns undefined where the text cannot be one of ours */
export function readToken(text: string): OpaqueToken | undefined {
  const selector = SHAPE.exec(text)?.[1];
  return selector === undefined ? undefined : describe(selector, text);
}

const describe = (selector: string, text: string): OpaqueToken => ({
  text,
  selector,
  selectorHash: fingerprint(selector),
  hash: fingerprint(text),
});

/**
 * Keeps the successor of a token so that only the holder of that token can read it: a lost answer can be given again
 * without storing a usable token. @see RFC 9700 §4.14.2
 */
export const sealFor = (holder: OpaqueToken, text: string): string => sealer(holder).seal(text);

/** The successor that `sealFor` kept. @throws {InvalidError} sealed_unreadable */
export const openAs = (holder: OpaqueToken, sealed: string): string => sealer(holder).open(sealed);

const sealer = (holder: OpaqueToken) => createSealer(fingerprint(`successor of ${holder.text}`));
