import { referenceKeys } from '@malipo/matching';
import { inTime } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { readValidation } from '../domain/read-c2b.ts';
import type { Channel } from '../domain/telling.ts';

/** M-Pesa waits for about eight seconds; the payer should not. */
const PATIENCE_MS = 250;

type ValidationDeps = Pick<Deps, 'knownInvoices' | 'requests' | 'freshness' | 'mongo'>;

/**
 * May this payment go ahead? Only an organisation that asked for it refuses, only what names no invoice, no account and no
 * prompt of ours, and only while we surely know them all: late, stale or failing means yes.
 */
export async function answerValidation(deps: ValidationDeps, channel: Channel, body: Uint8Array): Promise<boolean> {
  if (channel.validation === 'accept' || channel.kind === 'till') return true;
  if (deps.mongo.isDown() || !deps.freshness.isFresh()) return true;
  const asked = readValidation(body);
  if (!asked) return true;
  return inTime(PATIENCE_MS, isKnown(deps, channel, asked.reference), true);
}

const isKnown = async ({ knownInvoices, requests }: ValidationDeps, channel: Channel, reference: string) =>
  (await knownInvoices.knows(channel.organisationId, referenceKeys(reference), PATIENCE_MS)) ||
  (await requests.findExpecting([channel.id], [reference])).length > 0;
