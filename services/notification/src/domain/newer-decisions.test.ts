import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resend, resolve } from './by-person.ts';
import {
  claim,
  type Delivery,
  type DeliveryStatus,
  hear,
  type News,
  newsOf,
  type Outcome,
  settle,
  skip,
} from './delivery.ts';
import { applyReport } from './report.ts';
import { aDelivery } from './testing/builders.ts';

const now = new Date('2026-01-15T09:00:00Z');
const later = new Date('2026-01-15T09:01:00Z');
const message = { to: '254712345678', subject: null, text: 'hello' };

/** What a decision has to tell, by its version; without facts where it took the money back. */
const news = (matchVersion: number, over: Partial<News> = {}): News => {
  const first = newsOf(aDelivery());
  return {
    ...first,
    matchVersion,
    facts: first.facts && { ...first.facts, receipt: `R${matchVersion}` },
    customerId: `customer ${matchVersion}`,
    ...over,
  };
};
const undoing = (matchVersion: number) => news(matchVersion, { facts: null });
const queued = (over: Partial<Delivery> = {}): Delivery => aDelivery({ ...news(1), ...over });

const after = (delivery: Delivery, ...told: News[]) =>
  told.reduce<Delivery>((one, newer) => hear(one, newer, now) ?? one, delivery);
const taken = { code: 'notification_not_resendable', message: expect.stringContaining('taken back') };

describe('one that was skipped', () => {
  const reasons = ['no_number', 'no_address', 'organisation_unknown', 'too_late', 'undone'];

  it('tells a newer decision whatever the reason, since it never left', () => {
    for (const reason of reasons)
      for (const over of [{}, { attempts: 1 }, { resolvedBy: 'u' }]) {
        const skipped = skip(queued(over), reason, now);
        expect(after(skipped, news(2))).toMatchObject({ status: 'queued', reason: null, ...news(2) });
        const undone = after(skipped, undoing(2));
        expect(undone).toMatchObject({ status: 'skipped', reason: 'undone', matchVersion: 2 });
        expect(() => resend(undone, 'u', now)).toThrow(expect.objectContaining(taken));
        expect(after(undone, news(3))).toMatchObject({ status: 'queued', ...news(3) });
      }
  });

  it('tells nothing older, and nothing that is not worth it any more', () => {
    for (const reason of reasons) {
      const skipped = skip(queued({ matchVersion: 3 }), reason, now);
      expect(hear(skipped, news(2), now)).toBeUndefined();
      expect(hear(skipped, news(3), now)).toBeUndefined();
      const old = news(4, { expiresAt: new Date(now.getTime() - 1) });
      expect(hear(skipped, old, now)).toMatchObject({ status: 'skipped', reason: 'too_late', ...old });
    }
  });

  it('after an attempt that a person asked for waits for a person, who sends the newest', () => {
    const asked = skip(queued({ attempts: 2, resolvedBy: 'u' }), 'no_number', now);
    const heard = after(asked, undoing(2), news(3));
    expect(heard).toMatchObject({ status: 'skipped', reason: 'no_number' });
    expect(resend(heard, 'u', now)).toMatchObject({ status: 'queued', matchVersion: 3, facts: news(3).facts });
    expect(() => resend(after(heard, undoing(4)), 'u', now)).toThrow(expect.objectContaining(taken));
  });
});

describe('a person who sends again', () => {
  const settled = (status: DeliveryStatus) => queued({ status, attempts: 1, text: 'hello' });

  it('tells the newest decision, or nothing where the money was taken back', () => {
    for (const status of ['unknown', 'failed'] as const) {
      const undone = after(settled(status), undoing(2));
      expect(undone.status).toBe(status);
      expect(() => resend(undone, 'u', now)).toThrow(expect.objectContaining(taken));
      const again = after(undone, news(3));
      expect(again.status).toBe(status);
      const { expiresAt: _, ...told } = news(3);
      expect(resend(again, 'u', now)).toMatchObject({ status: 'queued', news: null, ...told });
    }
  });

  it('tells the newest also where it came before the failure was known', () => {
    const heard = after(settled('sent'), undoing(2), news(3));
    expect(heard.status).toBe('sent');
    const failed = applyReport(heard, { kind: 'failed', providerId: null, reason: 'x' }, now) ?? heard;
    expect(resend(failed, 'u', now)).toMatchObject({ matchVersion: 3, customerId: 'customer 3' });
    const refused = settle(after(settled('claimed'), undoing(2)), 1, { kind: 'refused', reason: 'x' }, now, later);
    expect(() => refused && resend(refused, 'u', now)).toThrow(expect.objectContaining(taken));
  });

  it('learns of money that was taken back before such news was kept', () => {
    const before = skip(queued({ matchVersion: 2 }), 'undone', now);
    expect(() => resend(before, 'u', now)).toThrow(expect.objectContaining(taken));
  });
});

it('what has arrived hears nothing more', () => {
  expect(hear(queued({ status: 'delivered', attempts: 1 }), news(2), now)).toBeUndefined();
});

/** Everything that may happen to a delivery, each where the service would do it; what changes nothing is left out. */
const STEPS = {
  claim: (one: Delivery) => (one.status === 'queued' ? claim(one, message, now, 'me') : one),
  skip: (one: Delivery) => (one.status === 'queued' ? skip(one, 'no_number', now) : one),
  expire: (one: Delivery): Delivery => (one.status === 'claimed' ? { ...one, status: 'unknown' } : one),
  accepted: (one: Delivery) => end(one, { kind: 'accepted', providerId: null }),
  refused: (one: Delivery) => end(one, { kind: 'refused', reason: 'x' }),
  not_sent: (one: Delivery) => end(one, { kind: 'not_sent', reason: 'x' }),
  unknown: (one: Delivery) => end(one, { kind: 'unknown', reason: 'x' }),
  reported_failed: (one: Delivery) => applyReport(one, { kind: 'failed', providerId: null, reason: 'x' }, now) ?? one,
  reported_sent: (one: Delivery) => applyReport(one, { kind: 'sent', providerId: null, reason: null }, now) ?? one,
  resolve: (one: Delivery) => (one.status === 'unknown' ? resolve(one, 'failed', 'u', now) : one),
  resend: (one: Delivery) => unlessRefused(() => resend(one, 'u', now)) ?? one,
};
type Step = keyof typeof STEPS | News;

const end = (one: Delivery, outcome: Outcome) => settle(one, one.attempts, outcome, now, later) ?? one;

function unlessRefused(decide: () => Delivery): Delivery | undefined {
  try {
    return decide();
  } catch {
    return undefined;
  }
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])),
  fc
    .tuple(fc.integer({ min: 2, max: 12 }), fc.boolean())
    .map(([version, isUndone]) => news(version, isUndone ? { facts: null } : {})),
);

describe('whatever happens in whatever order', () => {
  it('a message tells the newest decision, and there is no second one unless a person asks', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        let one = queued();
        let newest = news(1);
        let [left, asked] = [0, 0];
        for (const step of steps) {
          const before = one;
          if (typeof step !== 'string') {
            one = hear(one, step, now) ?? one;
            if (step.matchVersion > newest.matchVersion) newest = step;
            continue;
          }
          one = STEPS[step](one);
          if (one === before) continue;
          if (step === 'resend' && left > 0) asked += 1;
          if (step === 'not_sent') left -= 1;
          if (step !== 'claim') continue;
          left += 1;
          expect(one.facts).toEqual(newest.facts);
          expect(one.facts).not.toBeNull();
          expect(left).toBeLessThanOrEqual(1 + asked);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
