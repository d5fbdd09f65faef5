import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resend, resolve } from './by-person.ts';
import { type Delivery, deliveryId, hear, isSameClaim, newsOf, type Outcome, settle } from './delivery.ts';
import { applyReport, type Report } from './report.ts';
import { aDelivery } from './testing/builders.ts';

const now = new Date('2026-01-15T09:00:00Z');
const later = new Date('2026-01-15T09:01:00Z');

/** One whose first attempt is under way. */
const delivery = (over: Partial<Delivery> = {}): Delivery =>
  aDelivery({
    version: 2,
    status: 'claimed',
    to: '254712345678',
    text: 'hello',
    attempts: 1,
    expiresAt: later,
    claimedAt: now,
    claimedBy: 'me',
    ...over,
  });

const accepted: Outcome = { kind: 'accepted', providerId: 'A1' };
const end = (from: Delivery, outcome: Outcome, attempt = 1) => settle(from, attempt, outcome, now, later);

describe('an attempt', () => {
  it('has one document a payment and medium', () => {
    expect(deliveryId('p', 'sms')).toBe(deliveryId('p', 'sms'));
    expect(deliveryId('p', 'sms')).not.toBe(deliveryId('p', 'email'));
  });

  it('is told from one of another process in the same millisecond, and from one before', () => {
    expect(isSameClaim(delivery({ version: 3, status: 'unknown' }), delivery())).toBe(true);
    expect(isSameClaim(delivery({ claimedBy: 'another' }), delivery())).toBe(false);
    expect(isSameClaim(delivery({ claimedAt: later }), delivery())).toBe(false);
    expect(isSameClaim(delivery({ attempts: 2 }), delivery())).toBe(false);
  });

  it('ends as the provider says, and as unknown when it says nothing', () => {
    expect(end(delivery(), accepted)).toMatchObject({ status: 'sent', providerIds: ['A1'] });
    expect(end(delivery(), { kind: 'refused', reason: 'no' })).toMatchObject({ status: 'failed', reason: 'no' });
    expect(end(delivery(), { kind: 'unknown', reason: 'x' })).toMatchObject({ status: 'unknown' });
  });

  it('goes back to the queue only when it certainly never left', () => {
    expect(end(delivery(), { kind: 'not_sent', reason: 'x' })).toMatchObject({ status: 'queued', dueAt: later });
  });

  it('tells the newest of the decisions that came while it was under way, in whatever order, once it turns out that it never left', () => {
    const news = fc.uniqueArray(fc.integer({ min: 2, max: 6 }), { minLength: 1 });
    const status = fc.constantFrom('claimed' as const, 'unknown' as const, 'queued' as const);
    fc.assert(
      fc.property(news, status, fc.boolean(), (versions, before, isUndone) => {
        const newest = Math.max(...versions);
        const told = delivery().facts;
        let one = delivery({ status: before });
        for (const matchVersion of versions) {
          const facts = isUndone && matchVersion === newest ? null : told && { ...told, receipt: `R${matchVersion}` };
          one = hear(one, { ...newsOf(delivery()), matchVersion, facts }, now) ?? one;
        }
        expect(one.status).toBe(before === 'queued' && isUndone ? 'skipped' : before);
        const after = before === 'queued' ? one : end(one, { kind: 'not_sent', reason: 'x' });
        expect(after).toMatchObject({ status: isUndone ? 'skipped' : 'queued', matchVersion: newest, news: null });
        if (!isUndone) expect(after?.facts?.receipt).toBe(`R${newest}`);
      }),
    );
  });

  it('takes back nothing that a person or a report settled meanwhile', () => {
    for (const status of ['delivered', 'failed', 'sent'] as const)
      for (const kind of ['refused', 'not_sent', 'unknown'] as const)
        expect(end(delivery({ status }), { kind, reason: 'x' })).toBeUndefined();
    expect(end(delivery({ status: 'delivered' }), accepted)).toMatchObject({
      status: 'delivered',
      providerIds: ['A1'],
    });
  });

  it('is noted once, however often its note is repeated', () => {
    const noted = delivery({ status: 'sent', providerIds: ['A1'] });
    expect(end(noted, accepted)).toBeUndefined();
    expect(end({ ...noted, status: 'queued' }, accepted)).toBeUndefined(); // a person asked for another since
  });

  it('that succeeds after all makes a resend needless, but not the next attempt', () => {
    expect(end(delivery({ status: 'queued' }), accepted)).toMatchObject({ status: 'sent' });
    expect(end(delivery({ status: 'claimed', attempts: 2 }), accepted)).toMatchObject({ status: 'claimed' });
  });
});

describe('a report', () => {
  const RANK = { queued: 0, claimed: 0, skipped: 0, unknown: 1, sent: 2, failed: 3, delivered: 4 };

  it('never moves a delivery backwards, in whatever order reports come', () => {
    const anyReport: fc.Arbitrary<Report> = fc.record({
      kind: fc.constantFrom('sent', 'delivered', 'failed'),
      providerId: fc.constantFrom('A1', null),
      reason: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.constantFrom('unknown', 'sent'), fc.array(anyReport), (status, reports) => {
        let current = delivery({ status, providerIds: ['A1'] });
        for (const report of reports) {
          const next = applyReport(current, report, now) ?? current;
          expect(RANK[next.status]).toBeGreaterThanOrEqual(RANK[current.status]);
          current = next;
        }
        if (reports.some((report) => report.kind === 'delivered')) expect(current.status).toBe('delivered');
      }),
    );
  });

  it('that it arrived ends whatever was still to come of it, a resend that waits as well', () => {
    const arrived: Report = { kind: 'delivered', providerId: 'A1', reason: null };
    for (const status of ['queued', 'claimed', 'unknown', 'sent', 'failed'] as const)
      expect(applyReport(delivery({ status }), arrived, now)).toMatchObject({
        status: 'delivered',
        providerIds: ['A1'],
      });
    for (const status of ['skipped', 'delivered'] as const)
      expect(applyReport(delivery({ status }), arrived, now)).toBeUndefined();
  });

  it('of an earlier attempt cannot fail the current one, though it can say that it arrived', () => {
    const second = delivery({ status: 'sent', attempts: 2, providerIds: ['A1', 'A2'] });
    expect(applyReport(second, { kind: 'failed', providerId: 'A1', reason: 'x' }, now)).toBeUndefined();
    expect(applyReport(second, { kind: 'delivered', providerId: 'A1', reason: null }, now)?.status).toBe('delivered');
  });
});

describe('a person', () => {
  it('resolves only what is unknown', () => {
    expect(resolve(delivery({ status: 'unknown' }), 'sent', 'u', now)).toMatchObject({
      status: 'sent',
      resolvedBy: 'u',
    });
    expect(() => resolve(delivery({ status: 'sent' }), 'failed', 'u', now)).toThrow('nothing is open');
  });

  it('sends again only what did not get through for certain', () => {
    for (const status of ['unknown', 'failed', 'skipped'] as const)
      expect(resend(delivery({ status }), 'u', now).status).toBe('queued');
    for (const status of ['queued', 'claimed', 'sent', 'delivered'] as const)
      expect(() => resend(delivery({ status }), 'u', now)).toThrow('only one that is');
  });
});
