import type { Job } from '@malipo/service-kit';
import { lookAgain } from './commands/look-again.ts';
import { pullPayments } from './commands/pull-payments.ts';
import { queryRequests } from './commands/query-requests.ts';
import { spoolDrain } from './commands/spool.ts';
import type { Deps } from './deps.ts';

/** At least this often is looked for what is due; what is due is decided by the stored times. */
const LOOK_MS = 1_000;
/** A payer whose callback went by the spool waits for no more than this and the way itself. */
const DRAIN_MS = 100;

export const jobs = (deps: Deps): Job[] => [
  { name: 'drain-spool', everyMs: DRAIN_MS, run: spoolDrain(deps) },
  {
    name: 'admit-unchecked',
    everyMs: LOOK_MS,
    run: async () => {
      if (!deps.mongo.isDown()) deps.unchecked.reset();
    },
  },
  {
    name: 'tell-freshness',
    everyMs: LOOK_MS,
    run: async () => {
      if (!deps.mongo.isDown()) await deps.projectionReaders.tell(deps.readerId, deps.freshness.isFresh());
    },
  },
  {
    name: 'query-requests',
    everyMs: Math.min(LOOK_MS, deps.config.MALIPO_STK_QUERY_AFTER_MS),
    run: () => queryRequests(deps),
  },
  {
    name: 'look-again',
    everyMs: LOOK_MS,
    run: async () => {
      if (!deps.mongo.isDown()) await lookAgain(deps);
    },
  },
  {
    name: 'pull-payments',
    everyMs: Math.min(LOOK_MS, deps.config.MALIPO_PULL_EVERY_MS),
    run: () => pullPayments(deps),
  },
];
