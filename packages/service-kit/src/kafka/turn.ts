import { backoff, pause } from '../clock.ts';
import { isInfrastructureError, UnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { isOutOfReach } from './connect.ts';
import type { Membership } from './membership.ts';
import type { OffsetCommits } from './offset-commits.ts';
import type { Reader, Take } from './reader.ts';
import type { Subscription } from './subscription.ts';

/** The time during which a member owns the same partitions. */
export type Turn = {
  /** Reads no more; resolves when the slice under way is worked off. */
  end(): Promise<void>;
};

export const noTurn: Turn = { end: async () => {} };

type TurnOptions = {
  subscription: Pick<Subscription, 'wants'>;
  membership: Membership;
  reader: Reader;
  take: Take;
  commits: OffsetCommits;
  stopping: AbortSignal;
  log: Logger;
  /** What was read could not be worked off, and not because Kafka or a database is out of reach. */
  onDead(error: Error): void;
};

/** Reads on from what the group has committed, until the turn ends. */
export function beginTurn({
  membership,
  reader,
  take,
  commits,
  subscription,
  stopping,
  log,
  onDead,
}: TurnOptions): Turn {
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, stopping]);
  const { wants } = subscription;
  // whatever keeps the offsets from being read lies with Kafka
  const start = () =>
    membership.positions().catch((error: unknown) => {
      throw new UnavailableError('offsets_unreadable', `the group's offsets cannot be read: ${String(error)}`);
    });
  let failures = 0;
  const takeOn: Take = async (batches, until) => {
    await take(batches, until);
    failures = 0;
  };
  const read = async () =>
    reader.readOn({
      positions: await start(),
      take: takeOn,
      signal,
      isWanted: wants && (async () => (await wants()) !== 'nothing'),
      onPassed(places) {
        for (const place of places) commits.note(place);
      },
    });
  const done = (async () => {
    while (!signal.aborted) {
      try {
        await read();
      } catch (error) {
        if (signal.aborted) return;
        if (!isOutOfReach(error) && !isInfrastructureError(error)) return onDead(error as Error);
        log.warn({ err: error, count: ++failures }, 'reading was interrupted; going on from what is committed');
        await pause(backoff(failures, 100, 5_000), signal);
      }
    }
  })();
  return {
    end() {
      ending.abort();
      return done;
    },
  };
}
