import { describe, expect, it } from 'vitest';
import { createRests, maxSliceOf, type Subscription } from './subscription.ts';

const asks = (wish: Partial<Subscription> = {}): Subscription => ({
  name: 'test',
  events: [],
  handle: async () => undefined,
  ...wish,
});

describe('a slice', () => {
  it('is as large as its subscription asks for, however few items share a write', () => {
    expect(maxSliceOf({ subscription: asks({ maxSlice: 3_000 }), maxBatch: 500 })).toBe(3_000);
    expect(maxSliceOf({ subscription: asks(), maxBatch: 500 })).toBe(200);
    expect(maxSliceOf({ subscription: asks(), maxBatch: 20 })).toBe(20);
  });

  it('is one event where batching is off', () => {
    expect(maxSliceOf({ subscription: asks({ maxSlice: 3_000 }), maxBatch: 1 })).toBe(1);
  });
});

describe('the rest after a slice', () => {
  const rests = (wish: Partial<Subscription>, maxBatch = 500) => createRests({ subscription: asks(wish), maxBatch });

  it('fills up its pace', () => {
    const restAfter = rests({ paceMs: 100 });
    expect(restAfter({ began: 0, ended: 30, hasMore: false })).toBe(70);
    expect(restAfter({ began: 100, ended: 230, hasMore: false })).toBe(0);
  });

  it('is none where more waits, unless the subscription stands back', () => {
    expect(rests({ paceMs: 100 })({ began: 0, ended: 30, hasMore: true })).toBe(0);
    expect(rests({ standsBack: true })({ began: 0, ended: 30, hasMore: true })).toBe(90);
    expect(rests({ standsBack: true })({ began: 0, ended: 30_000, hasMore: true })).toBe(6_000);
  });

  it('is none where batching is off', () => {
    expect(rests({ paceMs: 100 }, 1)({ began: 0, ended: 30, hasMore: false })).toBe(0);
  });

  it('is none any more where it has stood back for long enough, until it has caught up', () => {
    const restAfter = rests({ standsBack: true, standsBackForMs: 15_000, paceMs: 100 });
    const restAt = (began: number, hasMore = true) => restAfter({ began, ended: began + 30, hasMore });
    expect([0, 1_000, 14_000, 15_000, 16_000].map((began) => restAt(began))).toEqual([90, 90, 90, 0, 0]);
    expect(restAt(17_000, false)).toBe(70);
    expect([18_000, 32_000, 33_000].map((began) => restAt(began))).toEqual([90, 90, 0]);
  });

  it('goes on where it may stand back for ever', () => {
    const restAfter = rests({ standsBack: true });
    expect([0, 3_600_000].map((began) => restAfter({ began, ended: began + 30, hasMore: true }))).toEqual([90, 90]);
  });
});
