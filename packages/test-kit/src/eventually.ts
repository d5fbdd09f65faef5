import { expect } from 'vitest';

/** Asks until the expectation holds; how long at most is in vitest.config.ts. */
export const eventually = <Value>(look: () => Value | Promise<Value>) => expect.poll(look);
