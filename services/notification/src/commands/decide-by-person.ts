import { NotFoundError, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { resend, resolve } from '../domain/by-person.ts';
import type { Delivery } from '../domain/delivery.ts';
import { recordChange } from './record-change.ts';

type ByPerson = { organisationId: string; id: string; userId: string };

/**
 * A person found out what became of a message.
 * @throws {NotFoundError} notification_not_found
 * @throws {ConflictError} notification_not_unknown
 */
export const resolveNotification = (
  deps: Deps,
  { userId, ...which }: ByPerson,
  outcome: 'sent' | 'failed',
): Promise<Delivery> => change(deps, which, (delivery) => resolve(delivery, outcome, userId, deps.now()));

/**
 * A person wants it sent once more.
 * @throws {NotFoundError} notification_not_found
 * @throws {ConflictError} notification_not_resendable
 */
export async function resendNotification(deps: Deps, { userId, ...which }: ByPerson): Promise<Delivery> {
  const queued = await change(deps, which, (delivery) => resend(delivery, userId, deps.now()));
  deps.senders.wake();
  return queued;
}

const change = (
  deps: Deps,
  { organisationId, id }: Omit<ByPerson, 'userId'>,
  decide: (delivery: Delivery) => Delivery,
): Promise<Delivery> =>
  untilWon(async () => {
    const delivery = await deps.deliveries.find(organisationId, id);
    if (!delivery) throw new NotFoundError('notification_not_found', `there is no notification ${id}`);
    return recordChange(deps, delivery, decide(delivery));
  });
