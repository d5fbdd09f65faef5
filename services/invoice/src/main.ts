import { run } from '@malipo/service-kit';
import { invoice } from './service.ts';

await run(invoice);
