import { newId } from '@malipo/values';
import { paymentReceived } from './builders.ts';
import { debtor, untilMatch, type World } from './support.ts';

/** Money of an organisation of its own that was applied, and that a bank's line tells of again. */
export async function toldTwice(world: World) {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 500_000);
  await world.owe(organisationId, payer);
  const paid = { ...payer.pays(250_000), receipt: 'TCX7Y6Z5W4' };
  await world.publish(paymentReceived(organisationId, paid));
  await untilMatch(api, paid.paymentId, 'auto');
  const again = { ...payer.pays(250_000), rail: 'bank' as const, narrative: `MPESA ${paid.receipt} ${payer.phone}` };
  await world.publish(paymentReceived(organisationId, again));
  await untilMatch(api, again.paymentId, 'unmatched');
  return { organisationId, api, again };
}
