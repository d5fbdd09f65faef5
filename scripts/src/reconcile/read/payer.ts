import type { PayerNumberFact } from '@malipo/matching';
import { readNumber } from './phone.ts';

/** What a statement's text tells about who paid and what was typed. */
export type Party = { number: PayerNumberFact; name: string; reference: string | null };

/** A number in full or masked with stars, then a name: `2547****678 - JANE DOE`, `254700000001 JANE DOE`. */
const NUMBER = String.raw`\+?\d[\d*xX]{4,14}\d`;
const PARTY = new RegExp(String.raw`(?:^|\s)(${NUMBER})(?:\s*-\s*|\s+)(.*)$`);
const ACCOUNT = /\s+Acc(?:ount)?(?:\.|\b)(?:\s*No\.?)?\s*[-:]?\s*(.*)$/i;
const FROM = /\b(?:from|kutoka kwa)\b\s*-?\s*(.*)$/i;

const NOBODY: PayerNumberFact = { form: 'none', value: '' };

/** Reads a party column or a statement's details, such as `Pay Bill from 2547****678 - JANE DOE Acc. INV0042`. */
export function readParty(text: string): Party {
  const account = ACCOUNT.exec(text);
  const rest = account ? text.slice(0, account.index) : text;
  const reference = account?.[1]?.trim() || null;
  const party = PARTY.exec(rest);
  if (party) return { number: readNumber(party[1] ?? ''), name: cleanName(party[2] ?? ''), reference };
  return { number: NOBODY, name: cleanName(FROM.exec(rest)?.[1] ?? ''), reference };
}

/** The words of a payer's name, as the matcher takes them. */
export const nameParts = (name: string): string[] => name.split(/\s+/).filter((word) => word !== '' && word !== '-');

/** A name without the short code before a business's. */
const cleanName = (name: string): string => name.replace(/^\d{5,7}\s*-\s*/, '').trim();
