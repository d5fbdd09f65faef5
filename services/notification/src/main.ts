import { run } from '@malipo/service-kit';
import { notification } from './service.ts';

await run(notification);
