import type { Metrics } from '@malipo/service-kit';
import { ENGINE } from './domain/match.ts';
import type { Unit } from './domain/unit.ts';

export type ReconciliationMetrics = ReturnType<typeof createFigures>;

/** The service's own figures; what the kit measures is not repeated. */
export function createFigures(metrics: Metrics) {
  const decisions = metrics.counter('malipo_decisions_total', 'what was decided about payments', ['outcome', 'by']);
  return {
    races: metrics.counter('malipo_races_lost_total', 'slices and commands that were decided again', ['door']),
    ledgerSum: metrics.gauge('malipo_ledger_sum_cents', 'debits less credits over all checked entries; must be 0', [
      'currency',
    ]),
    ledgerDrift: metrics.gauge('malipo_ledger_drift_cents', 'entries against running totals, summed; must be 0'),
    unresolved: metrics.gauge('malipo_unresolved_payments', 'payments whose money has no home', ['mode']),
    overdueReviews: metrics.gauge('malipo_review_overdue_payments', 'money without a home past its due time', ['mode']),
    missing: metrics.gauge('malipo_expected_missing', 'money that was expected and is missing', ['kind']),
    modelChanges: metrics.counter(
      'malipo_model_changes_total',
      'challengers, promotions, roll-backs, and thresholds moved by drift',
      ['kind'],
    ),
    cautious: metrics.gauge('malipo_matching_caution_organisations', 'organisations whose threshold drift has raised', [
      'caution',
    ]),
    refitSeconds: metrics.seconds('malipo_model_refit_seconds', 'time that one refit took'),
    waitingReversals: metrics.gauge('malipo_waiting_reversals', 'reversals that came before their payment'),
    /** Counts what a committed unit decided. */
    decided(unit: Unit<unknown>): void {
      for (const { now, before } of unit.matches.values())
        if (now.status !== before?.status)
          decisions.inc({ outcome: now.status, by: now.decidedBy === ENGINE ? 'engine' : 'person' });
    },
  };
}
