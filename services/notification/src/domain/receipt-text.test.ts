import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutGsm7, gsm7Length, toGsm7 } from './gsm7.ts';
import { emailText, type Receipt, smsText } from './receipt-text.ts';

const receipt = (over: Partial<Receipt> = {}): Receipt => ({
  organisationName: 'Kamau Shop',
  currency: 'KES',
  amountCents: 150_000,
  receipt: 'UAF5X0A1B2',
  invoiceNumbers: ['INV-0042'],
  creditCents: 0,
  balanceCents: 0,
  ...over,
});

describe('the text of a receipt', () => {
  it('says who, how much, what for, and what is still owed', () => {
    expect(smsText(receipt(), 'en')).toBe(
      'Kamau Shop: KES 1,500 received for INV-0042, receipt UAF5X0A1B2. Balance KES 0. Asante.',
    );
    expect(smsText(receipt({ balanceCents: 25_050 }), 'sw')).toBe(
      'Kamau Shop: Tumepokea KES 1,500 kwa INV-0042, risiti UAF5X0A1B2. Salio la deni KES 250.50. Asante.',
    );
  });

  it('keeps the balance from a reader who is not the customer', () => {
    expect(smsText(receipt({ balanceCents: null }), 'en')).not.toContain('Balance');
  });

  it('tells of credit, of several invoices, and of none', () => {
    expect(smsText(receipt({ creditCents: 20_000 }), 'en')).toContain('Credit KES 200.');
    expect(smsText(receipt({ invoiceNumbers: ['A1', 'A2', 'A3'] }), 'sw')).toContain('A1 na nyingine 2');
    expect(smsText(receipt({ invoiceNumbers: [] }), 'en')).toContain('for your account');
  });

  it('writes a name from another alphabet or keyboard without halving the message', () => {
    expect(smsText(receipt({ organisationName: 'Zoë’s “Café” 🥐' }), 'en')).toMatch(/^Zoe's "Café": /);
    expect(smsText(receipt({ organisationName: '咖啡' }), 'en')).toMatch(/^Malipo: /);
  });

  it('fits one part whatever the names, and never loses the amount or the receipt', () => {
    const any = fc.record({
      organisationName: fc.string({ unit: 'grapheme', maxLength: 200 }),
      currency: fc.constantFrom('KES', 'USD'),
      amountCents: fc.integer({ min: 1, max: 100_000_000_00 }),
      receipt: fc.stringMatching(/^[A-Z0-9]{10}$/),
      invoiceNumbers: fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 120 }),
      creditCents: fc.nat(100_000_000_00),
      balanceCents: fc.option(fc.integer({ min: -100_000_000_00, max: 100_000_000_00 })),
    });
    fc.assert(
      fc.property(any, fc.constantFrom('en', 'sw'), (facts, locale) => {
        const text = smsText(facts, locale);
        expect(gsm7Length(text)).toBeLessThanOrEqual(160);
        expect(text).toContain(facts.receipt);
        expect(text).toMatch(/Asante\.$/);
      }),
    );
  });

  it('names every invoice in the e-mail', () => {
    const { subject, text } = emailText(receipt({ invoiceNumbers: ['A1', 'A2'] }), 'en');
    expect(subject).toBe('Receipt UAF5X0A1B2: Kamau Shop');
    expect(text).toContain('A1, A2');
  });
});

describe('the SMS alphabet', () => {
  it('counts escapes twice and refuses what it lacks', () => {
    expect(gsm7Length('a€')).toBe(3);
    expect(gsm7Length('ž')).toBeNaN();
  });

  it('always writes within itself, and cuts within the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, max) => {
        const plain = toGsm7(text);
        expect(gsm7Length(plain)).not.toBeNaN();
        expect(gsm7Length(cutGsm7(plain, max))).toBeLessThanOrEqual(max);
      }),
    );
  });
});
