import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { business, customer, payment, RENT } from './testing/business.ts';
import { periodsIn } from './text/periods.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Words that differ: `QAA`, `QAB`, … */
const words = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `Q${LETTERS[Math.floor(at / 26)]}${LETTERS[at % 26]}`);

describe('texts made to cost much', () => {
  it('a name of more words than anybody has is filed by its first ones, and found by them', () => {
    const name = words(60);
    const state = business(...RENT, customer('long', name.join(' '), { contacts: [{ name: name.join(' ') }] }));
    const filed = state.customerById.get('long');
    expect([filed?.name.length, filed?.contacts.map((contact) => contact.length)]).toEqual([12, [12]]);
    const paid = { reference: 'rent', amountCents: 4_700, number: { form: 'none' as const, value: '' } };
    const decided = decide(state, payment({ ...paid, payerNames: [name.slice(0, 3).join(' ')] }));
    expect(decided.proposal?.customerId ?? decided.alternatives[0]?.customerId).toBe('long');
  });

  it('of a text that is all names the rarest are looked up together', () => {
    const namesakes = words(90).map((word, at) => customer(`n${at}`, `${word} ${words(90)[(at + 1) % 90]}`));
    const state = business(...RENT, ...namesakes, customer('rare', 'Zuhura Zawadi'));
    const reference = [...words(90), 'Zuhura', 'Zawadi'].join(' ');
    const nobody = { number: { form: 'none' as const, value: '' }, payerNames: [] };
    const decided = decide(state, payment({ ...nobody, reference, amountCents: 4_700 }));
    const named = [decided.proposal, ...decided.alternatives].map((one) => one?.customerId);
    expect(named).toContain('rare');
  });

  it('a month is read behind however much that says nothing', () => {
    expect(periodsIn(`${'-'.repeat(300_000)}\u0621`)).toEqual([]);
    expect(periodsIn(`${'\u0621'.repeat(300_000)} August - September`)).toEqual(periodsIn('August - September'));
  });
});
