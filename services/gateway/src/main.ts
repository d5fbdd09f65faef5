import { run } from '@malipo/service-kit';
import { gateway } from './service.ts';

await run(gateway);
