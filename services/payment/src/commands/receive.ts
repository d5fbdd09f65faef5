import type { Deps } from '../deps.ts';
import type { Taken } from './intake.ts';
import { type Arrival, toSpooled } from './spool.ts';

type ReceiveDeps = Pick<Deps, 'intake' | 'spool' | 'mongo' | 'isListed' | 'log'>;

/**
 * Takes a callback for good: into the database, or, where that is down, slow or has too much to do, onto the local
 * spool. Durable when it resolves.
 * @throws {UnavailableError} spool_full, spool_failed: where neither can keep it, the provider is turned away
 */
export function receive(deps: ReceiveDeps, arrival: Arrival): Promise<Taken> {
  const { place } = arrival;
  if ('secretFingerprint' in place || deps.mongo.isDown()) return spool(deps, arrival);
  return deps.intake
    .take({ ...arrival, channel: place, listed: deps.isListed(arrival.raw.from, place.mode) })
    .catch((error: unknown) => {
      deps.log.debug({ err: error }, 'a callback goes to the spool');
      return spool(deps, arrival);
    });
}

const spool = async (deps: ReceiveDeps, arrival: Arrival): Promise<'spooled'> => {
  await deps.spool().append(toSpooled(arrival));
  return 'spooled';
};
