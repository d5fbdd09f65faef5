import { Consumer } from '@platformatic/kafka';

export type PaidWatch = {
  /** When `invoice.paid` was seen, `performance.now()` milliseconds, by invoice. */
  seen: ReadonlyMap<string, number>;
  /** Resolves when that many invoices are paid, or the deadline is over. */
  until(count: number, deadlineMs: number): Promise<boolean>;
  stop(): Promise<void>;
};

/**
 * Watches `invoice.paid`: it is published after the invoice reads as paid, so the times are an upper bound of what a
 * reader of the invoice would see.
 */
export async function watchPaid(brokers: readonly string[], prefix: string): Promise<PaidWatch> {
  const consumer = new Consumer({
    clientId: 'watch',
    bootstrapBrokers: [...brokers],
    groupId: `${prefix}watch`,
    autocommit: false,
  });
  const seen = new Map<string, number>();
  const stream = await consumer.consume({ topics: [`${prefix}invoice.events`], mode: 'latest', maxWaitTime: 500 });
  stream.on('data', ({ value }) => {
    const id = value ? paidInvoice(value) : undefined;
    if (id && !seen.has(id)) seen.set(id, performance.now());
  });
  return {
    seen,
    async until(count, deadlineMs) {
      const deadline = performance.now() + deadlineMs;
      while (seen.size < count && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      return seen.size >= count;
    },
    stop: () => consumer.close(true),
  };
}

const PAID = Buffer.from('"type":"invoice.paid"');
const INVOICE = Buffer.from('"invoiceId":"');

/** Reads only what it needs: the watcher shares the two cores with what it measures. */
function paidInvoice(value: Buffer): string | undefined {
  if (value.indexOf(PAID) < 0) return undefined;
  const at = value.indexOf(INVOICE) + INVOICE.length;
  return value.toString('latin1', at, at + 36);
}
