import { run } from '@malipo/service-kit';
import { identity } from './service.ts';

await run(identity);
