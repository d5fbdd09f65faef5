import { readC2b } from './read-c2b.ts';
import { readStk } from './read-stk.ts';
import { type Delivery, type Reading, unreadable } from './telling.ts';

/** Reads a callback, whatever was posted; never throws. */
export function read(delivery: Delivery): Reading {
  if (delivery.raw.sha256 !== null) return unreadable('too_large');
  if (delivery.kind === 'c2b') return readC2b(delivery);
  if (delivery.kind === 'stk') return readStk(delivery);
  return unreadable('not_expected'); // we start nothing that would be answered there
}
