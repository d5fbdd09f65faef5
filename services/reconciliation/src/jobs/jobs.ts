import type { Job } from '@malipo/service-kit';
import type { Deps } from '../commands/work.ts';
import { ledgerJobs } from './check-ledger.ts';
import { learningJobs } from './learn.ts';
import { reviewJobs } from './review.ts';

export const jobs = (deps: Deps): readonly Job[] => [...ledgerJobs(deps), ...reviewJobs(deps), ...learningJobs(deps)];
