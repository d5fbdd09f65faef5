import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { freePort } from '@malipo/test-kit';

const MAIN = path.resolve(import.meta.dirname, '../../../packages/provider-sandbox/src/main.ts');

/** The provider sandbox as a process of its own, as services meet it; steered by its control routes. */
export async function startSandbox() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, MALIPO_SANDBOX_PORT: String(port), MALIPO_SANDBOX_CALLBACK_DELAY_MS: '20' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const control = async <Body = unknown>(method: string, to: string, body?: unknown): Promise<Body> => {
    const response = await fetch(`${url}/_control/mpesa${to}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${method} ${to}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  };
  return {
    url,
    control,
    /** How the next prompt on this phone goes. */
    next: (phone: string, behaviour: Record<string, unknown>) => control('POST', `/payers/${phone}/next`, behaviour),
    statement: (shortcode: string) =>
      control<{ receipt: string; amountCents: number }[]>('GET', `/shortcodes/${shortcode}/statement`),
    async close() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export type SandboxProcess = Awaited<ReturnType<typeof startSandbox>>;
