import type { Metrics } from '@malipo/service-kit';
import type { Taken } from './commands/intake.ts';
import type { CallbackKind } from './domain/telling.ts';

export type Counters = {
  taken(kind: CallbackKind, outcome: Taken): void;
  validated(isAccepted: boolean): void;
  /** Wrong secrets and unknown channels. */
  refused: { inc(): void };
  /** Lines of the spool that could not be read. */
  broken(lines: number): void;
};

/**
 * What callbacks turned out to be: `received` (money), `evidence` (a twin), `repeat`, `settled`, `unknown_request`,
 * `unreadable`, `spooled`, `spooled_after_error` (an error of ours, not the database's absence); and, when the spool is
 * drained, `cannot_be_recorded`, a second count of a spooled one. The time to the answer is in `malipo_http_request_seconds` by route.
 */
export function createCounters(metrics: Metrics, spoolBytes: () => number): Counters {
  const callbacks = metrics.counter('malipo_callbacks_total', 'callbacks by kind and what became of them', [
    'kind',
    'outcome',
  ]);
  const validations = metrics.counter('malipo_validations_total', 'C2B validations by answer', ['answer']);
  const refused = metrics.counter(
    'malipo_callbacks_refused_total',
    'callbacks with a wrong secret or for an unknown channel; nothing is stored of them',
  );
  const broken = metrics.counter(
    'malipo_spool_broken_lines_total',
    'lines of the spool that could not be read; their files are kept as *.broken',
  );
  metrics.gauge('malipo_spool_bytes', 'bytes of callbacks waiting on the local spool', [], function () {
    this.set(spoolBytes());
  });
  const labelled = new Map<string, { inc(): void }>();
  return {
    taken(kind, outcome) {
      const name = `${kind} ${outcome}`;
      const counter = labelled.get(name) ?? callbacks.labels(kind, outcome);
      labelled.set(name, counter);
      counter.inc();
    },
    validated: (isAccepted) => validations.inc({ answer: isAccepted ? 'accepted' : 'rejected' }),
    refused: { inc: () => refused.inc() },
    broken: (lines) => broken.inc(lines),
  };
}
