import { pause } from '@malipo/service-kit';
import { describe, expect, it } from 'vitest';
import { createPlaces } from './places.ts';

const COUNT = 8;
const LONG_MS = 60_000;

/** Places that are all taken by work which ends when it is told to. */
function allTaken() {
  const told = { isClosed: false, errors: [] as unknown[], freed: 0 };
  const places = createPlaces(COUNT, {
    isClosed: () => told.isClosed,
    onError: (error) => told.errors.push(error),
    onFree: () => told.freed++,
  });
  const works = Array.from({ length: COUNT }, () => Promise.withResolvers<void>());
  for (const { promise } of works) places.run(() => promise);
  const end = async (...which: number[]) => {
    for (const at of which) works[at]?.resolve();
    await pause(1);
  };
  return { told, places, works, end };
}

describe('places', () => {
  it('are kept as far as there are some, and free again when work ends or they are given back', async () => {
    const { places, told, end } = allTaken();
    expect(places.reserve(1)).toBe(0);
    await end(0, 1, 2);
    expect([places.room(), told.freed, places.reserve(5), places.room()]).toEqual([3, 3, 3, 0]);
    places.release();
    expect(places.room()).toBe(1);
  });

  it('are freed by work that fails, and its error is told', async () => {
    const { places, told, works, end } = allTaken();
    works[0]?.reject(new Error('no provider'));
    await end();
    expect([places.room(), told.errors]).toEqual([1, [new Error('no provider')]]);
  });

  it('are waited for until a quarter is free', async () => {
    const { places, end } = allTaken();
    let isSpacious = false;
    const waiting = places.spacious(performance.now() + LONG_MS).then(() => {
      isSpacious = true;
    });
    await end(0);
    expect(isSpacious).toBe(false);
    await end(1);
    await waiting;
  });

  it('are waited for no longer once they are closed, and none is kept then', async () => {
    const { places, told, end } = allTaken();
    const waiting = places.spacious(performance.now() + LONG_MS);
    told.isClosed = true;
    await end(0);
    await waiting;
    expect([places.room(), places.reserve(1)]).toEqual([1, 0]);
  });

  it('are waited for until the time is over', async () => {
    await allTaken().places.spacious(performance.now() + 5);
  });
});
