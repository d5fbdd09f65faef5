import { describe, expect, it } from 'vitest';
import { address, type Customer, type Organisation } from './addressing.ts';
import type { Delivery } from './delivery.ts';
import { aDelivery } from './testing/builders.ts';

const shop: Organisation = { id: 'o', name: 'Shop', locale: 'en' };
const jane: Customer = {
  id: 'c',
  phone: '254700000001',
  phones: ['254700000001', '254700000002'],
  email: 'jane@example.com',
  locale: null,
};
const facts = {
  currency: 'KES',
  amountCents: 100,
  receipt: 'R',
  invoiceNumbers: [],
  creditCents: 0,
  balanceCents: 99_900,
};
const receipt = (over: Partial<Delivery> = {}) => aDelivery({ customerId: jane.id, facts, ...over });
const seconds = (delivery: Delivery, count: number) => new Date(delivery.queuedAt.getTime() + count * 1_000);

/** What is done about a receipt that was queued so many seconds ago. */
const after = (delivery: Delivery, to: { organisation?: Organisation; customer?: Customer } = {}, count = 0) =>
  address(delivery, to.organisation, to.customer, seconds(delivery, count));

describe('a receipt', () => {
  it.each([
    ['the customer’s own number', null, '254700000001', true],
    ['a number of the customer that paid', '254700000002', '254700000002', true],
    ['a stranger who paid, without what the customer owes', '254711111111', '254711111111', false],
  ])('goes to %s', (_whom, payerMsisdn, to, isToldBalance) => {
    const addressed = after(receipt({ payerMsisdn }), { organisation: shop, customer: jane });
    expect(addressed).toMatchObject({ kind: 'send', message: { to, senderName: 'Shop' } });
    expect(addressed.kind === 'send' && addressed.message.text.includes('999')).toBe(isToldBalance);
  });

  it('waits half a minute for those who are not known yet, then goes on without the customer', () => {
    const one = receipt({ payerMsisdn: '254711111111' });
    for (const known of [{}, { organisation: shop }, { customer: jane }])
      expect(after(one, known, 29)).toEqual({ kind: 'wait' });
    expect(after(one, { organisation: shop }, 30)).toMatchObject({ kind: 'send', message: { to: '254711111111' } });
    expect(after(one, { customer: jane }, 30)).toEqual({ kind: 'skip', reason: 'organisation_unknown' });
    expect(after({ ...one, customerId: null }, { organisation: shop })).toMatchObject({ kind: 'send' });
  });

  it('goes to nobody where there is no address, nothing to tell any more, or no use in it', () => {
    const known = { organisation: shop, customer: { ...jane, phone: null, email: null } };
    expect(after(receipt(), known)).toEqual({ kind: 'skip', reason: 'no_number' });
    expect(after(receipt({ medium: 'email' }), known)).toEqual({ kind: 'skip', reason: 'no_address' });
    expect(after(receipt({ facts: null }), known)).toEqual({ kind: 'skip', reason: 'undone' });
    const late = receipt({ expiresAt: new Date(0) });
    expect(after(late, { organisation: shop, customer: jane })).toEqual({ kind: 'skip', reason: 'too_late' });
  });
});
