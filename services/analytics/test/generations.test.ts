import { newId } from '@malipo/values';
import { afterAll, beforeAll, it } from 'vitest';
import { createWorld, eventually, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

it('messages wait for a generation no longer than its figures are kept: nobody will ever work them off', async () => {
  await world.publishRaw('payment.events', newId(), 'no JSON');
  await eventually(world.waiting).toEqual(['figures-g3']);
  await world.start({ MALIPO_ANALYTICS_GENERATION: '4' });
  await eventually(world.waiting).toEqual(['figures-g3', 'figures-g4']);
  await world.start({ MALIPO_ANALYTICS_GENERATION: '5' });
  await eventually(world.waiting).toEqual(['figures-g4', 'figures-g5']);
}, 90_000);
