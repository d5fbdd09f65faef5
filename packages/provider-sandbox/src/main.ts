import { config } from './config.ts';
import { createSandbox } from './sandbox.ts';

const sandbox = await createSandbox(config());
process.stdout.write(`provider sandbox on ${sandbox.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
