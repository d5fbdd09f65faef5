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
import { type Supervised, superviseServices } from '@malipo/scripts/platform/processes';
import { untilReady } from '@malipo/scripts/platform/ready';
import { brokenInvariants } from '@malipo/scripts/world/invariants';
import { credentialsOf, openTenant, type Tenant } from '@malipo/scripts/world/organisations';

export type KillPlan = {
  payments: number;
  kills: number;
  seed: number;
  firstPort: number;
  tenants?: number;
  settings?: Record<string, string>;
};

export type KillReport = {
  payments: number;
  kills: number;
  killed: Record<string, number>;
  deliveries: number;
  duplicates: number;
  deliberatelyLost: number;
  /** From the last kill until every payment has a decision and every balance agrees; undefined: not within the deadline. */
  drainedSeconds: number | undefined;
  broken: string[];
  receipts: { sent: number; twice: number; unknown: number };
};

const VICTIMS = ['payment', 'reconciliation', 'invoice', 'notification', 'analytics'] as const;
const OTHERS = ['identity', 'gateway'] as const;
/** A group whose member was killed hears of it after its session of 6 s; sooner a second kill proves nothing new. */
const SAME_VICTIM_MS = 8_000;
const DRAIN_MS = 20_000;

/**
 * Real processes, killed with -9 at random while payments arrive shuffled, a tenth of them twice, some never: then
 * everything is asked from outside.
 */
export async function runKillHarness(
  stack: StackAddresses,
  plan: KillPlan,
  say: (line: string) => void = () => {},
): Promise<KillReport> {
  const home = path.resolve(import.meta.dirname, '../../.malipo', `kill-${plan.firstPort}`);
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
    return await judge(sandbox, tenants, services, plan, lost);
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

/** @returns receipts whose callback was never sent */
async function payWhileKilling(
  sandbox: Sandbox,
  tenants: readonly Tenant[],
  services: readonly Supervised[],
  plan: KillPlan,
  say: (line: string) => void,
): Promise<number> {
  const random = seeded(plan.seed);
  sandbox.mpesa.deliveryPolicy({ duplicateRate: 0.1, jitterMs: 3_000, retries: 200, retryDelayMs: 400 });
  const bills = shuffled(
    tenants.flatMap((tenant) => tenant.invoices.map((invoice) => ({ tenant, invoice }))),
    random,
  ).slice(0, plan.payments);
  const over = { yes: false };
  const killing = killAtRandom(services, plan, random, say, over);
  let lost = 0;
  const chunk = Math.max(1, Math.ceil(bills.length / Math.max(1, plan.kills * 2)));
  for (let from = 0; from < bills.length; from += chunk) {
    const inputs = bills.slice(from, from + chunk).map(({ tenant, invoice }) => {
      const drop = random() < 0.01;
      if (drop) lost++;
      return {
        shortcode: tenant.shortcode,
        amountCents: invoice.totalCents,
        reference: invoice.number,
        phone: invoice.phone,
        names: { first: invoice.firstName },
        deliver: { drop },
      };
    });
    await sandbox.mpesa.payMany(inputs);
  }
  over.yes = true;
  await killing;
  return lost;
}

async function killAtRandom(
  services: readonly Supervised[],
  plan: KillPlan,
  random: () => number,
  say: (line: string) => void,
  over: { yes: boolean },
): Promise<void> {
  const last = new Map<string, number>();
  for (let kills = 0; kills < plan.kills; ) {
    await new Promise((resolve) => setTimeout(resolve, 500 + random() * 1_500));
    const fit = services.filter(
      (service) =>
        VICTIMS.some((name) => name === service.name) && Date.now() - (last.get(service.name) ?? 0) > SAME_VICTIM_MS,
    );
    const victim = fit[Math.floor(random() * fit.length)];
    if (!victim) continue;
    last.set(victim.name, Date.now());
    victim.kill();
    kills++;
    say(`kill ${kills}: ${victim.name}${over.yes ? ' (all callbacks are in)' : ''}`);
  }
}

async function judge(
  sandbox: Sandbox,
  tenants: readonly Tenant[],
  services: readonly Supervised[],
  plan: KillPlan,
  deliberatelyLost: number,
): Promise<KillReport> {
  const lastKill = performance.now();
  const statements = tenants.map((tenant) => sandbox.mpesa.statement(tenant.shortcode));
  let broken: string[] = [];
  let drainedSeconds: number | undefined;
  while (drainedSeconds === undefined && performance.now() - lastKill < 3 * DRAIN_MS) {
    broken = await allBroken(tenants, statements);
    if (broken.length === 0) drainedSeconds = (performance.now() - lastKill) / 1000;
    else await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const deliveries = statements.flat().flatMap((line) => line.deliveries.filter((one) => one.status === 200));
  return {
    payments: statements.flat().length,
    kills: plan.kills,
    killed: Object.fromEntries(services.map((service) => [service.name, service.starts() - 1])),
    deliveries: deliveries.length,
    duplicates:
      deliveries.length - statements.flat().filter((line) => line.deliveries.some((one) => one.status === 200)).length,
    deliberatelyLost,
    drainedSeconds,
    broken,
    receipts: await countReceipts(sandbox, tenants),
  };
}

async function allBroken(
  tenants: readonly Tenant[],
  statements: readonly (readonly { receipt: string; amountCents: number }[])[],
): Promise<string[]> {
  const results = await Promise.all(
    tenants.map((tenant, index) =>
      brokenInvariants(tenant.api, statements[index] ?? []).catch((error: unknown) => [
        `cannot be asked: ${String(error)}`,
      ]),
    ),
  );
  return results.flat();
}

/** An SMS names its receipt, so two of the same payment are seen at the provider. */
async function countReceipts(sandbox: Sandbox, tenants: readonly Tenant[]): Promise<KillReport['receipts']> {
  const messages = sandbox.sms.sent().map((message) => message.text);
  const receipts = messages.map((text) => /\b[A-Z0-9]{10}\b/.exec(text)?.[0] ?? text);
  const unknown = await Promise.all(tenants.map((tenant) => tenant.api.all('/api/v1/notifications?status=unknown')));
  return { sent: messages.length, twice: receipts.length - new Set(receipts).size, unknown: unknown.flat().length };
}

/** Mulberry32: the same seed gives the same faults. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
