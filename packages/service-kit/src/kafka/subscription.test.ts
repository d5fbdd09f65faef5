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
    expect(restAfter({ subscription: asks({ paceMs: 100 }), maxBatch: 500 }, 30)).toBe(70);
    expect(restAfter({ subscription: asks({ paceMs: 100 }), maxBatch: 500 }, 130)).toBe(0);
  });

  it('is none where more waits, unless the subscription stands back', () => {
    expect(restAfter({ subscription: asks({ paceMs: 100 }), maxBatch: 500 }, 30, 0)).toBe(0);
    expect(restAfter({ subscription: asks({ standsBack: true }), maxBatch: 500 }, 30, 0)).toBe(90);
    expect(restAfter({ subscription: asks({ standsBack: true }), maxBatch: 500 }, 30_000, 0)).toBe(6_000);
  });

  it('is none any more where it has stood back for long enough', () => {
    const patient = asks({ standsBack: true, standsBackForMs: 15_000 });
    expect(restAfter({ subscription: patient, maxBatch: 500 }, 30, 14_999)).toBe(90);
    expect(restAfter({ subscription: patient, maxBatch: 500 }, 30, 15_000)).toBe(0);
    expect(restAfter({ subscription: asks({ standsBack: true }), maxBatch: 500 }, 30, 3_600_000)).toBe(90);
  });
});
