import { run } from '@malipo/service-kit';
import { reconciliation } from './service.ts';

await run(reconciliation);
