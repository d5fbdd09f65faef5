import type { Message } from '../domain/addressing.ts';
import type { Outcome } from '../domain/delivery.ts';

/** A way to send: our types in and out, whatever the provider speaks. It never throws and never repeats a request. */
export type MessageProvider = {
  send(message: Message & { deliveryId: string; attempt: number; traceparent: string | null }): Promise<Outcome>;
  close(): void;
};
