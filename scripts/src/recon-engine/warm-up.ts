import { decide } from '@malipo/matching';
import type { Engine } from './engine.ts';
import { toPayment } from './facts.ts';
import { readMessage } from './messages.ts';
import type { RawDataset } from './records.ts';

/** Enough decisions for the runtime to compile the hot path before the first payment arrives; about a third of a second. */
const DECISIONS = 1_500;

/**
 * Reads settled payments of the past as they would be sent and decides on them under a receipt of no one's, and throws the
 * decisions away: no state changes.
 */
export function warmUp(engine: Engine, dataset: RawDataset): void {
  for (const { payment: raw } of dataset.history.slice(-DECISIONS)) {
    const { message } = readMessage(JSON.stringify({ type: 'payment', payment: raw }));
    if (message?.type !== 'payment') continue;
    const payment = { ...toPayment(message.payment), paymentId: '', receipt: '', reversesReceipt: null };
    decide(engine.stateFor(raw), payment);
  }
}
