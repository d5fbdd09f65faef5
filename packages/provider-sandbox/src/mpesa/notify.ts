import { z } from 'zod';
import type { MpesaContext } from './context.ts';

export type DeliveryKind = 'validation' | 'confirmation' | 'stk_callback' | 'result' | 'queue_timeout' | 'forged';

/** One attempt to tell a receiver, or the decision not to. */
export interface Delivery {
  url: string;
  kind: DeliveryKind;
  at: Date;
  /** The receiver's HTTP status, or why there is none. */
  status: number | 'unanswered' | 'dropped' | 'held';
  body: unknown;
}

/** What becomes of one notification. */
export const DeliveryPlan = z.object({
  /** Sent this many times, all at once. */
  copies: z.int().min(1).optional(),
  delayMs: z.int().min(0).optional(),
  /** Never sent; only the statement, Pull and queries know. */
  drop: z.boolean().optional(),
  /** Kept back until `release`, which also decides the order. */
  hold: z.boolean().optional(),
});
export type DeliveryPlan = z.infer<typeof DeliveryPlan>;

/** What becomes of notifications in general; sources differ on retries, so there are none unless asked for. */
export const DeliveryPolicy = z.object({
  dropRate: z.number().min(0).max(1).optional(),
  duplicateRate: z.number().min(0).max(1).optional(),
  /** Up to this much extra delay each, which reorders what was sent close together. */
  jitterMs: z.int().min(0).optional(),
  /** Further attempts after a status other than 200, or none. */
  retries: z.int().min(0).optional(),
  retryDelayMs: z.int().min(0).optional(),
  /** Sent as `X-Forwarded-For`, as a proxy in front of the receiver would. */
  forwardedFor: z.string().optional(),
  /** The loopback address to connect from. */
  localAddress: z.string().optional(),
});
export type DeliveryPolicy = z.infer<typeof DeliveryPolicy>;

export interface Message {
  url: string;
  kind: DeliveryKind;
  body: unknown;
  /** The body's exact text, where JSON.stringify would lose a quirk such as `1500.00`. */
  text?: string;
}

export interface HeldMessage {
  message: Message;
  log: Delivery[];
}

/** Tells a receiver as planned and keeps what happened in `log`; resolves when the last attempt is over. */
export async function notify(ctx: MpesaContext, message: Message, plan: DeliveryPlan, log: Delivery[]): Promise<void> {
  const { policy, random } = ctx;
  if (plan.drop || (policy.dropRate && random.fraction() < policy.dropRate))
    return record(ctx, message, 'dropped', log);
  if (plan.hold) {
    ctx.held.push({ message, log });
    return record(ctx, message, 'held', log);
  }
  const delayMs = (plan.delayMs ?? 0) + (policy.jitterMs ? random.below(policy.jitterMs + 1) : 0);
  if (delayMs > 0) await ctx.background.delay(delayMs);
  const extra = policy.duplicateRate && random.fraction() < policy.duplicateRate ? 1 : 0;
  const copies = (plan.copies ?? 1) + extra;
  if (copies === 1) return send(ctx, message, log);
  await Promise.all(Array.from({ length: copies }, () => send(ctx, message, log)));
}

/** One delivery with the policy's retries. */
export async function send(ctx: MpesaContext, message: Message, log: Delivery[]): Promise<void> {
  const { retries = 0, retryDelayMs = 1_000 } = ctx.policy;
  const body = message.text ?? JSON.stringify(message.body);
  for (let attempt = 0; attempt <= retries && !ctx.background.closed(); attempt += 1) {
    if (attempt > 0) await ctx.background.delay(retryDelayMs);
    const { status } = await post(ctx, message.url, body, ctx.settings.timings.deliveryTimeoutMs);
    record(ctx, message, status, log);
    if (status === 200) return;
  }
}

export const post = (ctx: MpesaContext, url: string, body: string, timeoutMs: number) =>
  ctx.deliverer.post({
    url,
    body,
    timeoutMs,
    contentType: 'application/json',
    localAddress: ctx.policy.localAddress,
    ...(ctx.policy.forwardedFor && { headers: { 'x-forwarded-for': ctx.policy.forwardedFor } }),
  });

export function describeDelivery(ctx: MpesaContext, message: Message, status: Delivery['status']): Delivery {
  const body = ctx.settings.recordBodies ? message.body : undefined;
  return { url: message.url, kind: message.kind, at: ctx.settings.now(), status, body };
}

export const record = (ctx: MpesaContext, message: Message, status: Delivery['status'], log: Delivery[]): void =>
  void log.push(describeDelivery(ctx, message, status));

/** Sends what was held back, one after the other, so that the receiver sees exactly this order. */
export async function releaseHeld(ctx: MpesaContext, order: 'in_order' | 'reversed' | 'shuffled'): Promise<number> {
  const held = ctx.held.splice(0);
  const queue = order === 'in_order' ? held : order === 'reversed' ? held.toReversed() : ctx.random.shuffle(held);
  for (const { message, log } of queue) await send(ctx, message, log);
  return queue.length;
}
