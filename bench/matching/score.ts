import type { RawPayment, RawPrediction } from '@malipo/scripts/recon-engine/records';
import { createAudit } from './audit.ts';
import { lowerBound } from './clopper-pearson.ts';
import type { Month, Truth } from './dataset.ts';

/** An allocation is right when the invoices are the same and each amount is within KES 5. */
const TOLERANCE_CENTS = 500;
const ECE_BINS = 15;

/** Figures under the names of the benchmark's own scorer, `score_recon.py`, which they equal to the digit. */
export type Score = {
  n: number;
  n_identifiable: number;
  alloc_accuracy_identifiable: number;
  auto_n: number;
  auto_errors: number;
  auto_precision: number;
  auto_precision_lower95: number;
  auto_rate_all: number;
  ambiguous_n: number;
  ambiguous_auto: number;
  unrelated_auto: number;
  duplicate_or_reversal_credited: number;
  relative_known_auto: number;
  proposals: number;
  proposed_share_of_payments_with_truth: number;
  brier: number;
  ece15_mass: number;
  accuracy_confidence_ge_95: number;
  violations: Record<string, number>;
};

type Prediction = Pick<RawPrediction, 'decision' | 'confidence' | 'allocations' | 'customer_id'>;
type Row = {
  truth: Truth;
  payment: RawPayment;
  decision: string;
  confidence: number;
  own: Map<string, number>;
  right: boolean;
  wrong: boolean;
};

export function score(month: Month, predictions: ReadonlyMap<string, Prediction>): Score {
  const payments = new Map(month.payments.map((payment) => [payment.id, payment]));
  const order = (one: Truth) => payments.get(one.payment_id)?.received_at ?? '';
  const truths = [...month.truth].sort((a, b) => compare(order(a), order(b)) || compare(a.payment_id, b.payment_id));
  const audit = createAudit(month);
  const rows: Row[] = [];
  for (const truth of truths) {
    const payment = payments.get(truth.payment_id);
    if (!payment) continue;
    const row = toRow(truth, payment, predictions.get(truth.payment_id));
    audit.check(row);
    rows.push(row);
  }
  return { ...decisions(rows), ...calibration(rows), violations: audit.violations };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const share = (part: number, whole: number): number => (whole === 0 ? Number.NaN : part / whole);
const count = (rows: readonly Row[], test: (row: Row) => boolean): number => rows.filter(test).length;

function toRow(truth: Truth, payment: RawPayment, prediction: Prediction | undefined): Row {
  const own = prediction && prediction.decision !== 'none' ? totals(prediction) : new Map<string, number>();
  const customer = prediction?.customer_id ?? null;
  const said = prediction?.decision ?? 'none';
  const isEmpty = own.size === 0 && (said === 'suggest' || customer === null);
  const decision = isEmpty ? 'none' : said;
  const right = own.size > 0 && isSame(own, truth);
  const confidence = Math.min(1, Math.max(0, prediction?.confidence ?? 0));
  const wrong = decision === 'auto' && !isAccepted(truth, right, own.size === 0 && customer === truth.customer_id);
  return { truth, payment, decision, confidence, own, right, wrong };
}

/** Would an automatic posting have been fine? `isCredit`: nothing allocated, the right customer credited. */
function isAccepted(truth: Truth, right: boolean, isCredit: boolean): boolean {
  if (truth.expected === 'apply') return right;
  if (truth.expected === 'review') return right && !truth.ambiguous;
  return truth.expected === 'credit' && isCredit;
}

function totals(prediction: Prediction): Map<string, number> {
  const own = new Map<string, number>();
  for (const part of prediction.allocations) own.set(part.invoice, (own.get(part.invoice) ?? 0) + part.amount_cents);
  for (const [invoice, amount] of own) if (amount <= 0) own.delete(invoice);
  return own;
}

function isSame(own: ReadonlyMap<string, number>, truth: Truth): boolean {
  const expected = new Map(truth.allocations.map((part) => [part.invoice, part.amount_cents]));
  if (expected.size !== own.size) return false;
  for (const [invoice, amount] of own) {
    const due = expected.get(invoice);
    if (due === undefined || Math.abs(due - amount) > TOLERANCE_CENTS) return false;
  }
  return true;
}

function decisions(rows: readonly Row[]) {
  const isMessage = (row: Row) => row.truth.expected === 'duplicate' || row.truth.expected === 'reversal';
  const real = rows.filter((row) => !isMessage(row));
  const apply = rows.filter((row) => row.truth.expected === 'apply');
  const autos = rows.filter((row) => row.decision === 'auto');
  const errors = count(autos, (row) => row.wrong);
  const known = apply.filter((row) => row.truth.class === 'relative_known');
  return {
    n: rows.length,
    n_identifiable: apply.length,
    alloc_accuracy_identifiable: share(
      count(apply, (row) => row.right),
      apply.length,
    ),
    auto_n: autos.length,
    auto_errors: errors,
    auto_precision: share(autos.length - errors, autos.length),
    auto_precision_lower95: autos.length === 0 ? Number.NaN : lowerBound(autos.length - errors, autos.length),
    auto_rate_all: share(
      count(real, (row) => row.decision === 'auto'),
      real.length,
    ),
    ambiguous_n: count(rows, (row) => row.truth.ambiguous),
    ambiguous_auto: count(rows, (row) => row.truth.ambiguous && row.decision === 'auto'),
    unrelated_auto: count(autos, (row) => row.truth.expected === 'unmatched' && row.own.size > 0),
    duplicate_or_reversal_credited: count(autos, (row) => isMessage(row) && row.own.size > 0),
    relative_known_auto: share(
      count(known, (row) => row.decision === 'auto' && row.right),
      known.length,
    ),
  };
}

function calibration(rows: readonly Row[]) {
  const proposals = rows.filter((row) => row.own.size > 0 && row.payment.type === 'payment');
  const hasTruth = (row: Row) => row.truth.allocations.length > 0;
  const asked = (row: Row) => row.payment.type === 'payment' && ['apply', 'review'].includes(row.truth.expected);
  const sure = proposals.filter((row) => row.confidence >= 0.95);
  const squares = proposals.reduce((sum, row) => sum + (row.confidence - Number(row.right)) ** 2, 0);
  return {
    proposals: proposals.length,
    proposed_share_of_payments_with_truth: share(
      count(proposals, hasTruth),
      count(rows, (row) => hasTruth(row) && asked(row)),
    ),
    brier: share(squares, proposals.length),
    ece15_mass: calibrationError(proposals),
    accuracy_confidence_ge_95: share(
      count(sure, (row) => row.right),
      sure.length,
    ),
  };
}

/** Expected calibration error over 15 groups of equal size, in order of confidence. */
function calibrationError(proposals: readonly Row[]): number {
  const sorted = [...proposals].sort((a, b) => a.confidence - b.confidence);
  let error = 0;
  for (let bin = 0; bin < ECE_BINS; bin++) {
    const group = sorted.slice(
      Math.floor((bin * sorted.length) / ECE_BINS),
      Math.floor(((bin + 1) * sorted.length) / ECE_BINS),
    );
    if (group.length === 0) continue;
    const said = group.reduce((sum, row) => sum + row.confidence, 0) / group.length;
    const was = count(group, (row) => row.right) / group.length;
    error += (group.length / sorted.length) * Math.abs(said - was);
  }
  return error;
}
