import { run } from '@malipo/service-kit';
import { analytics } from './service.ts';

await run(analytics);
