import type { Delivery, DeliveryStatus } from './delivery.ts';

/** What a delivery report says; `providerId` is null where the report names our own id, and then perhaps the attempt. */
export type Report = {
  kind: 'sent' | 'delivered' | 'failed';
  providerId: string | null;
  attempt?: number | null;
  reason: string | null;
};

/** Is it about an earlier attempt than the current one? Then only an arrival counts. */
export const isOutdated = ({ attempts }: Delivery, { kind, attempt = null }: Report): boolean =>
  kind !== 'delivered' && attempt !== null && attempt !== attempts;

const REPORT_MAY_LEAVE: Record<Report['kind'], ReadonlySet<DeliveryStatus>> = {
  sent: new Set(['unknown']),
  failed: new Set(['unknown', 'sent']),
  delivered: new Set(['queued', 'claimed', 'unknown', 'sent', 'failed']),
};

/**
 * The delivery after a report. Reports repeat and overtake each other, so it only moves forward: progress settles an
 * unknown one, a failure counts for the current attempt alone, and an arrival outranks everything.
 * @returns undefined where the report changes nothing
 */
export function applyReport(delivery: Delivery, report: Report, now: Date): Delivery | undefined {
  if (!REPORT_MAY_LEAVE[report.kind].has(delivery.status) || isOutdated(delivery, report)) return undefined;
  const { providerId } = report;
  const known = providerId === null || delivery.providerIds.includes(providerId);
  if (report.kind === 'failed' && known && providerId !== null && delivery.providerIds.at(-1) !== providerId)
    return undefined;
  return {
    ...delivery,
    status: report.kind,
    reason: report.reason,
    settledAt: now,
    providerIds: known ? delivery.providerIds : [...delivery.providerIds, providerId],
  };
}
