import { run } from '@malipo/service-kit';
import { payment } from './service.ts';

await run(payment);
