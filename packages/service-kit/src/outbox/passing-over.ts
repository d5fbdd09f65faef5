import { isRefused } from '../kafka/connect.ts';
import type { Message } from '../kafka/publisher.ts';
import type { Logger } from '../logger.ts';
import type { OutboxRow } from './outbox.ts';

/** What Kafka refuses for good is tried again once somebody may have told the broker to take more. */
const REFUSED_MS = 60_000;

/** Publishes rows but for those that Kafka refuses for good, so that these hold up nobody. @returns false for one that stays */
export function passingOver(publish: (row: OutboxRow) => Promise<void>, log: Logger) {
  const notBefore = new Map<string, number>();
  return async (row: OutboxRow): Promise<boolean> => {
    const id = row._id.toHexString();
    if ((notBefore.get(id) ?? 0) > performance.now()) return false;
    try {
      await publish(row);
      notBefore.delete(id);
      return true;
    } catch (error) {
      if (!isRefused(error)) throw error;
      notBefore.set(id, performance.now() + REFUSED_MS);
      log.error(
        { err: error, row: id, bytes: row.events.map(sizeOf) },
        'Kafka refuses an event; it stays in the outbox',
      );
      return false;
    }
  };
}

const sizeOf = ({ value }: Message): number => Buffer.byteLength(value);
