import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createSandbox, type Sandbox } from '@malipo/provider-sandbox';
import {
  freshSecrets,
  type Ports,
  platformEnvironment,
  portsFrom,
  type StackAddresses,
} from '@malipo/scripts/platform/environment';
import { superviseServices } from '@malipo/scripts/platform/processes';
import { untilReady } from '@malipo/scripts/platform/ready';
import { credentialsOf, openTenant, type Tenant } from '@malipo/scripts/world/organisations';
import { type KillPlan, payWhileKilling, VICTIMS } from './kill-services.ts';
import { judgeKills, type KillReport } from './kill-verdict.ts';

const OTHERS = ['identity', 'gateway'] as const;

/** Where the services of a run write their logs, `<service>.log`, and keep their spools. */
export const harnessHome = ({ firstPort }: Pick<KillPlan, 'firstPort'>): string =>
  path.resolve(import.meta.dirname, '../../.malipo', `kill-${firstPort}`);

/**
 * Real processes, killed with -9 at random while payments arrive shuffled, a tenth of them twice, some never: then
 * everything is asked from outside.
 */
export async function runKillHarness(
  stack: StackAddresses,
  plan: KillPlan,
  say: (line: string) => void = () => {},
): Promise<KillReport> {
  const home = harnessHome(plan);
  mkdirSync(home, { recursive: true });
  const ports = portsFrom(plan.firstPort);
  const sandbox = await createSandbox({ port: ports.sandbox, recordBodies: false, seed: plan.seed });
  const env = environmentOf(stack, ports, home, plan);
  const services = [...VICTIMS, ...OTHERS].map((name) =>
    superviseServices([name], env, path.join(home, `${name}.log`)),
  );
  try {
    const url = `http://127.0.0.1:${ports.gateway}`;
    const { sandbox: _, ...running } = ports;
    await untilReady(Object.entries(running));
    const tenants = await openTenants(url, sandbox, plan);
    say(`${plan.payments} payments of ${tenants.length} organisations, ${plan.kills} kills`);
    const lost = await payWhileKilling(sandbox, tenants, services, plan, say);
    return await judgeKills(sandbox, tenants, services, plan, lost);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await sandbox.close();
  }
}

function environmentOf(stack: StackAddresses, ports: Ports, home: string, plan: KillPlan): Record<string, string> {
  const quick = {
    MALIPO_PULL_EVERY_MS: '3000',
    MALIPO_STK_QUERY_AFTER_MS: '3000',
    MALIPO_RATE_LIMIT: '1000000',
    MALIPO_AUTH_RATE_LIMIT: '1000000',
    MALIPO_LOG_LEVEL: 'warn',
  };
  return platformEnvironment(stack, ports, freshSecrets(), {
    ...quick,
    MALIPO_SPOOL_DIR: path.join(home, 'spool'),
    ...plan.settings,
  });
}

async function openTenants(url: string, sandbox: Sandbox, plan: KillPlan): Promise<Tenant[]> {
  const count = plan.tenants ?? 5;
  const tenants: Tenant[] = [];
  for (let index = 0; index < count; index++) {
    const shortcode = String(700_000 + index);
    sandbox.mpesa.addShortcode({ shortcode, kind: 'paybill', ...credentialsOf(shortcode) });
    const tenant = await openTenant(url, {
      shortcode,
      invoices: Math.ceil(plan.payments / count),
      run: `kill${plan.firstPort}`,
      index,
    });
    await tenant.api.post(`/api/v1/payment-channels/${tenant.channelId}/register-urls`, { pullNumber: '0712000000' });
    tenants.push(tenant);
  }
  return tenants;
}
