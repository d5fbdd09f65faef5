import { untilWon } from '@malipo/service-kit';
import type { Stores } from '../deps.ts';
import type { Delivery } from '../domain/delivery.ts';
import { applyReport, isOutdated, type Report } from '../domain/report.ts';
import { recordChange } from './record-change.ts';

/** A report may be this much later than its message. */
const REPORT_WINDOW_MS = 48 * 3600 * 1000;

export type Settled = 'changed' | 'unchanged' | 'kept';

/**
 * Takes in an SMS delivery report. It is matched by the provider's id; a message of unknown fate has none, so a report
 * with a strange id settles it where it is the only open message to that number. Whatever fits nothing is kept: it may
 * have overtaken our own note that the message was sent.
 */
export async function settleSmsReport(deps: Stores, phone: string, report: Report): Promise<Settled> {
  const { providerId } = report;
  if (!providerId) return 'unchanged';
  return untilWon(async () => {
    const known = await deps.gathered.byProviderId(providerId);
    if (known) return apply(deps, known, report);
    await deps.reports.keep(providerId, phone, report, deps.now());
    // the sender looks for a kept report after its own write: one of the two sees the other
    const fits = (await deps.gathered.byProviderId(providerId)) ?? (await onlyUnknown(deps, phone));
    if (!fits) return 'kept';
    await deps.reports.take(providerId);
    return apply(deps, fits, report);
  });
}

/**
 * Takes in the report that came before anybody had noted what became of its message.
 * @param noted the message, as noted
 * @param providerId what the provider calls it, where it has just said so
 */
export async function settleFromKept(deps: Stores, noted: Delivery, providerId: string | null): Promise<void> {
  if (noted.medium === 'email') return settleEmailFromKept(deps, noted);
  if (providerId) await settleSmsFromKept(deps, providerId);
  if (noted.status === 'unknown') await settleUnknown(deps, noted);
}

async function settleSmsFromKept(deps: Stores, providerId: string): Promise<void> {
  const report = await deps.gathered.keptReport(providerId);
  if (!report) return;
  await deps.reports.take(providerId);
  await untilWon(async () => {
    const delivery = await deps.gathered.byProviderId(providerId);
    if (delivery) await apply(deps, delivery, report);
  });
}

/** Settles an SMS of unknown fate by a report that came before anybody knew it was lost, if exactly one fits. */
async function settleUnknown(deps: Stores, delivery: Delivery): Promise<void> {
  if (!delivery.to || !delivery.claimedAt) return;
  const reports = await deps.reports.untakenAbout(delivery.to, delivery.claimedAt);
  const [report] = reports;
  if (!report || reports.length > 1) return;
  const lost = await onlyUnknown(deps, delivery.to);
  if (lost?.id !== delivery.id || !report.providerId) return;
  await deps.reports.take(report.providerId);
  await apply(deps, lost, report);
}

export type EmailReport = { deliveryId: string; report: Report };

/**
 * Takes in e-mail reports, which name our own id: in order where they are about one message; the messages side by side,
 * because each waits for its note, and notes are written together.
 */
export async function settleEmailReports(deps: Stores, reports: readonly EmailReport[]): Promise<Settled[]> {
  const byMessage = Map.groupBy(reports, ({ deliveryId }) => deliveryId);
  const settled = [...byMessage.values()].map(async (ofOne) => {
    const results: Settled[] = [];
    for (const { deliveryId, report } of ofOne) results.push(await settleEmailReport(deps, deliveryId, report));
    return results;
  });
  return (await Promise.all(settled)).flat();
}

async function settleEmailReport(deps: Stores, id: string, report: Report): Promise<Settled> {
  return untilWon(async () => {
    const delivery = await deps.deliveries.findById(id);
    if (delivery?.medium !== 'email' || isOutdated(delivery, report)) return 'unchanged';
    const settled = await apply(deps, delivery, report);
    if (settled === 'changed' || delivery.status !== 'claimed') return settled;
    await deps.reports.keep(attemptOf(delivery), null, report, deps.now());
    // the sender looks for a kept report after its own write: one of the two sees the other
    const noted = await deps.deliveries.findById(id);
    return noted && noted.status !== 'claimed' ? apply(deps, noted, report) : 'kept';
  });
}

async function settleEmailFromKept(deps: Stores, noted: Delivery): Promise<void> {
  const report = await deps.gathered.keptReport(attemptOf(noted));
  if (!report) return;
  await untilWon(async () => {
    const delivery = await deps.deliveries.findById(noted.id);
    if (delivery?.attempts === noted.attempts) await apply(deps, delivery, report);
  });
}

/** What an e-mail's report is kept under: what was said of one attempt must not end the next. */
const attemptOf = ({ id, attempts }: Delivery): string => `${id}:${attempts}`;

async function onlyUnknown(deps: Stores, phone: string): Promise<Delivery | undefined> {
  const since = new Date(deps.now().getTime() - REPORT_WINDOW_MS);
  const open = await deps.deliveries.unsettledTo(phone, since);
  const [only] = open;
  return open.length === 1 && only?.status === 'unknown' ? only : undefined;
}

async function apply(deps: Stores, delivery: Delivery, report: Report): Promise<Settled> {
  const after = applyReport(delivery, report, deps.now());
  if (!after) return 'unchanged';
  await recordChange(deps, delivery, after);
  return 'changed';
}
