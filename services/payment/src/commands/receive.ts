import { isInfrastructureError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { Arrival } from '../domain/telling.ts';
import type { Taken } from './intake.ts';
import { toSpooled } from './spool.ts';

type ReceiveDeps = Pick<Deps, 'intake' | 'spool' | 'mongo' | 'isListed' | 'log'>;

/**
 * Takes a callback for good: into the database, or, where that is down, slow or has too much to do, onto the local
 * spool; so too where it met an error of ours, so that the provider need not wait for its repair. Durable when it resolves.
 * @throws {UnavailableError} spool_full, spool_failed: where neither can keep it, the provider is turned away
 */
export function receive(deps: ReceiveDeps, arrival: Arrival): Promise<Taken> {
  const { place } = arrival;
  if ('secretFingerprint' in place || deps.mongo.isDown() || !deps.intake.hasRoom()) return spool(deps, arrival);
  return deps.intake
    .take({ ...arrival, channel: place, listed: deps.isListed(arrival.raw.from, place.mode) })
    .catch((error: unknown) => {
      if (isInfrastructureError(error)) {
        deps.log.debug({ err: error }, 'a callback goes to the spool');
        return spool(deps, arrival);
      }
      deps.log.error({ err: error, channelId: place.id, kind: arrival.kind }, 'a callback could not be recorded');
      return spool(deps, arrival, 'spooled_after_error');
    });
}

async function spool(
  deps: ReceiveDeps,
  arrival: Arrival,
  outcome: 'spooled' | 'spooled_after_error' = 'spooled',
): Promise<Taken> {
  await deps.spool().append(toSpooled(arrival));
  return outcome;
}
