import type { Settings } from '../options.ts';

const RULE_WINDOW_MS = 2 * 60 * 1000;

/** What the network remembers of a subscriber's prompts. */
export interface Subscribers {
  /** Opens a prompt on the handset. @returns false while another one is open */
  lock(phone: string): boolean;
  unlock(phone: string): void;
  notePaid(phone: string, shortcode: string, amountCents: number): void;
  /** Did the same customer pay the same amount here within two minutes? @see docs/providers.md */
  paidRecently(phone: string, shortcode: string, amountCents: number): boolean;
}

export function createSubscribers({ now, timings, strict }: Settings): Subscribers {
  const lockedUntil = new Map<string, number>();
  const paidAt = new Map<string, number>();
  const time = (): number => now().getTime();
  return {
    lock: (phone) => {
      if (strict.subscriberLock !== 'off' && (lockedUntil.get(phone) ?? 0) > time()) return false;
      lockedUntil.set(phone, time() + timings.promptLifeMs);
      return true;
    },
    unlock: (phone) => void lockedUntil.delete(phone),
    notePaid: (...payment) => void paidAt.set(payment.join(), time()),
    paidRecently: (...payment) => {
      const last = paidAt.get(payment.join());
      return strict.twoMinuteRule && last !== undefined && time() - last < RULE_WINDOW_MS;
    },
  };
}
