import { defineConfig } from 'vitest/config';

/** A slow machine is no failure; what never comes still is. */
const POLL = { timeout: 40_000, interval: 30 };

/** Unit tests touch no infrastructure; integration and end-to-end tests share one real stack per run, isolated by name. */
export default defineConfig({
  test: {
    reporters: ['default', './scripts/src/count-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['{packages,services,scripts,bench}/**/src/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['{packages,services}/*/test/**/*.test.ts'],
          globalSetup: ['packages/test-kit/src/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: POLL },
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['packages/test-kit/src/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: POLL },
          fileParallelism: false,
        },
      },
    ],
  },
});
