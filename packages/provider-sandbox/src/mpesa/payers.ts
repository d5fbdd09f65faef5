import { toMsisdn } from '@malipo/values';
import { z } from 'zod';

/** What the payer, or the network on the way to them, makes of a prompt. */
export const StkOutcome = z.enum([
  'approve',
  'cancel',
  'ignore',
  'timeout',
  'unreachable',
  'expired',
  'insufficient',
  'wrong_pin',
  'pin_locked',
  'push_error',
  'busy',
  'hold',
]);
export type StkOutcome = z.infer<typeof StkOutcome>;

export const PayerBehaviour = z.object({
  /** `hold` leaves the prompt open until `answerPush`. */
  stk: StkOutcome.optional(),
  /** Any other result, such as `{ code: 29, description: '…' }`. */
  result: z.object({ code: z.union([z.number(), z.string()]), description: z.string() }).optional(),
  /** From the acknowledgement to the outcome. */
  delayMs: z.int().min(0).optional(),
  callback: z.enum(['once', 'twice', 'lost', 'before_ack', 'held']).optional(),
  /** The C2B confirmation of the same payment, beside the STK callback. */
  c2b: z.enum(['after', 'before', 'none']).optional(),
  /** What a query says once there is an outcome. */
  query: z.enum(['truth', 'contradict', 'unknown_code', 'pending', 'pending_ok']).optional(),
  /** How the callback shows the payer's balance. */
  balance: z.enum(['valueless', 'missing']).optional(),
  /** How the callback writes the amount: `1500`, `1500.0` or `1500.00`. */
  amount: z.enum(['integer', 'one_decimal', 'two_decimals']).optional(),
  items: z.enum(['documented', 'shuffled']).optional(),
  /** `prefixed` writes `[STK_CB - ]Request cancelled by user`. */
  wording: z.enum(['plain', 'prefixed']).optional(),
  /** What the payer has; spending more ends in result 1. */
  balanceCents: z.int().min(0).optional(),
  names: z.object({ first: z.string(), middle: z.string().optional(), last: z.string().optional() }).optional(),
});
export type PayerBehaviour = z.infer<typeof PayerBehaviour>;

export interface PayerControl {
  /** From now on, until changed; fields left out stay as they were. */
  behave(behaviour: PayerBehaviour): PayerControl;
  /** For one prompt only, in the order given. */
  next(behaviour: PayerBehaviour): PayerControl;
}

export interface Payers {
  control(phone: string): PayerControl;
  /** What everyone does who was told nothing else. */
  everyone(behaviour: PayerBehaviour): void;
  /** The behaviour for a prompt that is now sent; uses up a one-shot one. */
  take(phone: string): PayerBehaviour;
  /** The lasting behaviour only. */
  peek(phone: string): PayerBehaviour;
}

export function createPayers(): Payers {
  const lasting = new Map<string, PayerBehaviour>();
  const oneShot = new Map<string, PayerBehaviour[]>();
  let everyone: PayerBehaviour = {};
  const peek = (phone: string): PayerBehaviour => ({ ...everyone, ...lasting.get(phone) });
  const control = (text: string): PayerControl => {
    const phone = msisdn(text);
    const self: PayerControl = {
      behave: (behaviour) => {
        lasting.set(phone, { ...lasting.get(phone), ...behaviour });
        return self;
      },
      next: (behaviour) => {
        oneShot.set(phone, [...(oneShot.get(phone) ?? []), behaviour]);
        return self;
      },
    };
    return self;
  };
  return {
    control,
    peek,
    everyone: (behaviour) => {
      everyone = { ...everyone, ...behaviour };
    },
    take: (phone) => ({ ...peek(phone), ...oneShot.get(phone)?.shift() }),
  };
}

/** @throws {RangeError} where the text is no phone number */
export function msisdn(text: string): string {
  const digits = toMsisdn(text);
  if (!digits) throw new RangeError(`not a phone number: ${text}`);
  return digits;
}
