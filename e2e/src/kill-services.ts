import type { Sandbox } from '@malipo/provider-sandbox';
import type { Supervised } from '@malipo/scripts/platform/processes';
import type { Tenant } from '@malipo/scripts/world/organisations';
import { seeded, shuffled } from './seeded.ts';

export type KillPlan = {
  payments: number;
  kills: number;
  seed: number;
  firstPort: number;
  tenants?: number;
  /** They pay in so many parts, one after the other, each within three seconds; twice as many as kills if left out. */
  parts?: number;
  settings?: Record<string, string>;
};

/** Services that may die at any moment. */
export const VICTIMS = ['payment', 'reconciliation', 'invoice', 'notification', 'analytics'] as const;
/** A group whose member was killed hears of it after its session of 6 s; sooner a second kill proves nothing new. */
const SAME_VICTIM_MS = 8_000;

/** Lets everybody pay while services die. @returns how many callbacks were never sent */
export async function payWhileKilling(
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
  const { parts = Math.max(1, plan.kills * 2) } = plan;
  const chunk = Math.max(1, Math.ceil(bills.length / parts));
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
