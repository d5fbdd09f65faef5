import type { Sandbox } from '@malipo/provider-sandbox';
import type { Supervised } from '@malipo/scripts/platform/processes';
import { brokenInvariants } from '@malipo/scripts/world/invariants';
import type { Tenant } from '@malipo/scripts/world/organisations';
import type { KillPlan } from './kill-services.ts';

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

const DRAIN_MS = 20_000;

/** Waits until everything agrees, and says what became of it, asked from outside. */
export async function judgeKills(
  sandbox: Sandbox,
  tenants: readonly Tenant[],
  services: readonly Supervised[],
  plan: KillPlan,
  deliberatelyLost: number,
): Promise<KillReport> {
  const lastKill = performance.now();
  const deadline = lastKill + 3 * DRAIN_MS;
  const statements = tenants.map((tenant) => sandbox.mpesa.statement(tenant.shortcode));
  let broken: string[] = [];
  let drainedSeconds: number | undefined;
  while (drainedSeconds === undefined && performance.now() < deadline) {
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
    receipts: await countReceipts(sandbox, tenants, deadline),
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

/**
 * An SMS names its receipt, so two of the same payment are seen at the provider. Receipts follow the money: they are
 * counted when none waits any more.
 */
async function countReceipts(
  sandbox: Sandbox,
  tenants: readonly Tenant[],
  deadline: number,
): Promise<KillReport['receipts']> {
  const having = async (status: string) =>
    (await Promise.all(tenants.map(({ api }) => api.all(`/api/v1/notifications?status=${status}`)))).flat();
  while ((await having('queued')).length > 0 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 500));
  const messages = sandbox.sms.sent().map((message) => message.text);
  const receipts = messages.map((text) => /\b[A-Z0-9]{10}\b/.exec(text)?.[0] ?? text);
  const unknown = (await having('unknown')).length;
  return { sent: messages.length, twice: receipts.length - new Set(receipts).size, unknown };
}
