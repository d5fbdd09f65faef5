import { describe, expect, it } from 'vitest';
import { createReceipts, placeholderReceipt, receiptDay } from './receipts.ts';

const AT = new Date('2026-01-15T05:31:12Z');

describe('receipts', () => {
  it('carry the Nairobi day in three characters', () => {
    expect(receiptDay('UAF5X0A1B2')).toBe('2026-01-15');
    expect(createReceipts(0.5)(AT)).toMatch(/^UAF[0-9A-Z]{7}$/);
    expect(createReceipts(0.5)(new Date('2017-12-30T21:30:00Z'))).toMatch(/^LLV/);
  });

  it('do not repeat', () => {
    const next = createReceipts(0.1);
    const issued = new Set(Array.from({ length: 20_000 }, () => next(AT)));
    expect(issued.size).toBe(20_000);
    expect(issued).not.toContain(placeholderReceipt(AT));
  });

  it('follow from the start', () => {
    expect(createReceipts(0.3)(AT)).toBe(createReceipts(0.3)(AT));
    expect(createReceipts(0.3)(AT)).not.toBe(createReceipts(0.4)(AT));
  });

  it('have a placeholder for failures', () => {
    expect(placeholderReceipt(AT)).toBe('UAF0000000');
  });

  it('that name no day are implausible', () => {
    expect(receiptDay('UZF5X0A1B2')).toBeUndefined();
    expect(receiptDay('UA05X0A1B2')).toBeUndefined();
  });
});
