import { describe, expect, it } from 'vitest';
import { maxSliceOf, restAfter, type Subscription } from './subscription.ts';

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
  it('fills up its pace', () => {
    expect(restAfter({ subscription: asks({ paceMs: 100 }), maxBatch: 500 }, 30, false)).toBe(70);
    expect(restAfter({ subscription: asks({ paceMs: 100 }), maxBatch: 500 }, 130, false)).toBe(0);
  });

  it('is none where more waits, unless the subscription stands back', () => {
    expect(restAfter({ subscription: asks({ paceMs: 100 }), maxBatch: 500 }, 30, true)).toBe(0);
    expect(restAfter({ subscription: asks({ standsBack: true }), maxBatch: 500 }, 30, true)).toBe(90);
    expect(restAfter({ subscription: asks({ standsBack: true }), maxBatch: 500 }, 30_000, true)).toBe(6_000);
  });
});
