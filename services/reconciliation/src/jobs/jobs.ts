import type { Job } from '@malipo/service-kit';
import type { JobDeps } from '../deps.ts';
import { ledgerJobs } from './check-ledger.ts';
import { learningJobs } from './learn.ts';
import { reviewJobs } from './review.ts';

export const jobs = (deps: JobDeps): readonly Job[] => [
  ...ledgerJobs(deps),
  ...reviewJobs(deps),
  ...learningJobs(deps),
];
