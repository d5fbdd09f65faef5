import type { Fault } from '../faults.ts';
import { confirmationMessage } from './c2b-confirm.ts';
import type { MpesaContext } from './context.ts';
import { type Forgery, forge } from './forge.ts';
import { type Delivery, type DeliveryPolicy, releaseHeld, send } from './notify.ts';
import { type PaymentInput, type PaymentOutcome, pay } from './pay.ts';
import type { PayerBehaviour, PayerControl, StkOutcome } from './payers.ts';
import { type PortalCsvOptions, portalCsv } from './portal-csv.ts';
import type { ResultStyle } from './result.ts';
import type { Product, ShortcodeOptions } from './shortcodes.ts';
import { type StatementFilter, type StatementLine, statement } from './statement.ts';
import { stkCallback } from './stk-callback.ts';
import { resolvePush } from './stk-push.ts';

/** A prompt as the demo's handset would show it. */
export interface PushView {
  checkoutRequestId: string;
  shortcode: string;
  phone: string;
  amountCents: number;
  reference: string;
  createdAt: Date;
  /** Absent while the prompt is open. */
  result?: { code: number | string; description: string; receipt?: string };
  deliveries: Delivery[];
}

/** What a test, the demo or a benchmark can do at M-Pesa's side. Unknown short codes and receipts throw a RangeError. */
export interface MpesaControl {
  addShortcode(options: ShortcodeOptions): void;
  /** Enables an API product; tokens issued before lack it. */
  enableProduct(shortcode: string, product: Product): void;
  disableProduct(shortcode: string, product: Product): void;
  /** Deletes registered URLs, as the portal's maker and checker would. */
  deleteUrls(shortcode: string): void;
  /** Ends access tokens before their time: one app's, or all. */
  expireTokens(consumerKey?: string): void;
  /** A customer pays from the menu. Resolves after validation, booking and the last delivery. */
  pay(input: PaymentInput): Promise<PaymentOutcome>;
  /** Many payments; deliveries run as parallel as `deliveryConcurrency` allows. */
  payMany(inputs: readonly PaymentInput[]): Promise<PaymentOutcome[]>;
  payer(phone: string): PayerControl;
  everyone(behaviour: PayerBehaviour): void;
  pushes(): PushView[];
  /** Answers a prompt that is on hold. Resolves after its callbacks. */
  answerPush(checkoutRequestId: string, outcome: Exclude<StkOutcome, 'hold'>): Promise<void>;
  deliveryPolicy(policy: DeliveryPolicy): void;
  /** Sends what `hold` kept back. @returns how many */
  release(order?: 'in_order' | 'reversed' | 'shuffled'): Promise<number>;
  /** Sends a payment's notifications once more. */
  redeliver(receipt: string): Promise<Delivery[]>;
  forge(forgery: Forgery): Promise<Delivery>;
  fault(fault: Fault): void;
  clearFaults(): void;
  resultStyle(style: ResultStyle): void;
  /** Deliveries of results and queue timeouts. */
  results(): Delivery[];
  /** PEM of the certificate for SecurityCredential. */
  certificate(): Promise<string>;
  statement(shortcode: string, filter?: StatementFilter): StatementLine[];
  portalCsv(shortcode: string, options?: PortalCsvOptions): string;
  balanceCents(shortcode: string): number;
  /** Resolves when no callback is due or under way; prompts and messages on hold do not count. */
  settled(): Promise<void>;
}

export function createMpesaControl(ctx: MpesaContext): MpesaControl {
  const { background, registry, payers, faults, ledger } = ctx;
  const trackedPay = (input: PaymentInput) => background.track(pay(ctx, input));
  return {
    ...appControl(ctx),
    pay: trackedPay,
    payMany: (inputs) => Promise.all(inputs.map(trackedPay)),
    payer: payers.control,
    everyone: payers.everyone,
    pushes: () => [...ctx.pushes.values()].map(({ shortcode, ...push }) => viewPush(shortcode.shortcode, push)),
    answerPush: (checkoutRequestId, outcome) => background.track(answerPush(ctx, checkoutRequestId, outcome)),
    deliveryPolicy: (policy) => void Object.assign(ctx.policy, policy),
    release: (order = 'in_order') => background.track(releaseHeld(ctx, order)),
    redeliver: (receipt) => background.track(redeliver(ctx, receipt)),
    forge: (forgery) => background.track(forge(ctx, forgery)),
    fault: faults.add,
    clearFaults: faults.clear,
    resultStyle: (style) => void Object.assign(ctx.resultStyle, style),
    results: () => [...ctx.results],
    certificate: async () => (await ctx.certificate()).pem,
    statement: (shortcode, filter) => statement(ctx, shortcode, filter),
    portalCsv: (shortcode, options) => portalCsv(ctx, shortcode, options),
    balanceCents: (shortcode) => ledger.balanceCents(registry.get(shortcode).shortcode),
    settled: background.settled,
  };
}

function appControl({ registry, ledger, tokens }: MpesaContext) {
  return {
    addShortcode: (options: ShortcodeOptions): void => {
      registry.add(options);
      ledger.open(options.shortcode, options.openingBalanceCents ?? 0);
    },
    enableProduct: (shortcode: string, product: Product): void => registry.setProduct(shortcode, product, true),
    disableProduct: (shortcode: string, product: Product): void => registry.setProduct(shortcode, product, false),
    deleteUrls: (shortcode: string): void => registry.setUrls(shortcode, undefined),
    expireTokens: tokens.expire,
  };
}

function viewPush(shortcode: string, push: Omit<PushView, 'shortcode'>): PushView {
  const { checkoutRequestId, phone, amountCents, reference, createdAt, deliveries } = push;
  const view = { checkoutRequestId, shortcode, phone, amountCents, reference, createdAt, deliveries };
  return push.result ? { ...view, result: push.result } : view;
}

async function answerPush(ctx: MpesaContext, checkoutRequestId: string, outcome: StkOutcome): Promise<void> {
  const push = ctx.pushes.get(checkoutRequestId);
  if (!push) throw new RangeError(`no prompt ${checkoutRequestId}`);
  push.behaviour = { ...push.behaviour, stk: outcome };
  await resolvePush(ctx, push);
}

/** The STK callback and the C2B confirmation, as far as there are any; also those that were dropped. */
async function redeliver(ctx: MpesaContext, receipt: string): Promise<Delivery[]> {
  const paid = ctx.ledger.find(receipt);
  if (!paid) throw new RangeError(`no transaction ${receipt}`);
  const push = ctx.pushes.get(paid.checkoutRequestId ?? '');
  const confirmation = confirmationMessage(ctx.registry.get(paid.shortcode), paid);
  const fresh: Delivery[] = [];
  if (push?.result) await send(ctx, stkCallback(ctx, push, push.result, paid), fresh);
  if (confirmation) await send(ctx, confirmation, fresh);
  paid.deliveries.push(...fresh);
  return fresh;
}
