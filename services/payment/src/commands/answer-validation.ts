import { referenceKeys } from '@malipo/matching';
import { inTime } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { accountReferenceOf } from '../domain/payment-request.ts';
import { readValidation } from '../domain/read-c2b.ts';
import type { Channel } from '../domain/telling.ts';

/** M-Pesa waits for about eight seconds; the payer should not. */
const PATIENCE_MS = 250;
/** Payers come back to a reference that a prompt showed them, to try again or for the next instalment. */
const PROMPT_MEMORY_MS = 90 * 24 * 3_600_000;

type ValidationDeps = Pick<Deps, 'knownInvoices' | 'projectionReaders' | 'requests' | 'freshness' | 'mongo' | 'now'>;

export type Verdict = 'accepted' | 'unknown_account' | 'channel_closed';

/**
 * May this payment go ahead? A closed channel takes none. Else only an organisation that asked for it refuses, only what
 * names no invoice, no account and no prompt of ours, and only while we surely know them all: late, stale or failing means
 * yes.
 */
export async function answerValidation(deps: ValidationDeps, channel: Channel, body: Uint8Array): Promise<Verdict> {
  if (channel.closedAt) return 'channel_closed';
  return (await isWelcome(deps, channel, body)) ? 'accepted' : 'unknown_account';
}

async function isWelcome(deps: ValidationDeps, channel: Channel, body: Uint8Array): Promise<boolean> {
  if (channel.validation === 'accept' || channel.kind === 'till') return true;
  if (deps.mongo.isDown() || !deps.freshness.isFresh()) return true;
  const asked = readValidation(body);
  if (!asked) return true;
  return inTime(PATIENCE_MS, mayPass(deps, channel, asked.reference), true);
}

/** In this order: what the others wrote before they said that they are up to date is there to be read. */
const mayPass = async (deps: ValidationDeps, channel: Channel, reference: string) =>
  !(await deps.projectionReaders.allFresh(PATIENCE_MS)) || (await isKnown(deps, channel, reference));

const isKnown = async (deps: ValidationDeps, channel: Channel, reference: string) =>
  (await deps.knownInvoices.knows(channel.organisationId, referenceKeys(reference), PATIENCE_MS)) ||
  (await wasPrompted(deps, channel, accountReferenceOf(reference)));

/** However the prompt ended: its payer was told this reference, which may be no invoice's whole number. */
const wasPrompted = async ({ requests, now }: ValidationDeps, channel: Channel, reference: string) =>
  reference !== '' &&
  requests.knowsReference(channel.id, reference, new Date(now().getTime() - PROMPT_MEMORY_MS), PATIENCE_MS);
