import type { State } from '../state.ts';
import { type Evidence, FIT, PHONE } from './evidence.ts';
import { type Field, NAME, OWN_PHONE } from './field.ts';
import { FULL_NAME } from './name-fit.ts';

/** A feature is worth nothing at 0 and its full weight at 1; only rarities (nats over 5) may pass 1. */
const RARITY_SCALE = 5;
const REFUSAL_HALF_LIFE_DAYS = 45;
const flag = (yes: boolean): number => (yes ? 1 : 0);

type Context = { state: State; field: Field; amount: number; masked: boolean };
type Feature = { name: string; group: Group; of: (e: Evidence, c: Context) => number };
/** Features are told to people in these groups. */
export type Group = 'reference' | 'account' | 'phone' | 'name' | 'amount' | 'habit' | 'against' | 'base';

const feature = (name: string, group: Group, of: Feature['of']): Feature => ({ name, group, of });
const refWeight = (e: Evidence, c: Context): number => 1 / (1 + Math.log(Math.max(1, c.field.sharing(e, 'reference'))));
const equalAmount = (e: Evidence): boolean => e.fit === FIT.exact;
const strongName = (e: Evidence): boolean => e.text.matched >= FULL_NAME;

/** The schema of the customer model: order is part of it, and a change is a new model version. */
export const FEATURES: readonly Feature[] = [
  feature('base', 'base', () => 1),
  feature('request', 'reference', (e) => flag(e.requested)),
  feature('ref_exact', 'reference', (e, c) => (e.named.level === 4 ? refWeight(e, c) : 0)),
  feature('ref_short', 'reference', (e, c) => (e.named.level === 3 ? refWeight(e, c) : 0)),
  feature('ref_slip', 'reference', (e, c) => (e.named.level === 2 ? refWeight(e, c) : 0)),
  feature('ref_slip_long', 'reference', (e) => flag(e.named.level === 2 && e.named.digits >= 6)),
  feature('ref_two_slips', 'reference', (e) => flag(e.named.level === 1)),
  feature('ref_settled', 'reference', (e) => flag(e.named.level >= 2 && !e.named.open)),
  feature('ref_amount', 'reference', (e) => flag(e.named.level >= 2 && e.named.picks.length > 0 && equalAmount(e))),
  feature('ref_short_amount', 'reference', (e) =>
    flag(e.named.level === 3 && e.named.picks.length > 0 && equalAmount(e)),
  ),
  feature('ref_slip_amount', 'reference', (e) =>
    flag(e.named.level === 2 && e.named.picks.length > 0 && equalAmount(e)),
  ),
  feature('ref_period', 'reference', (e) => flag(e.named.byPeriod)),
  feature('account_full', 'account', (e, c) => (e.account === 3 ? 1 / c.field.sharing(e, 'account') : 0)),
  feature('account_digits', 'account', (e, c) => (e.account === 2 ? 1 / c.field.sharing(e, 'account') : 0)),
  feature('account_amount', 'account', (e) => flag(e.account >= 2 && equalAmount(e))),
  feature('phone_own', 'phone', (e, c) => (e.phone === PHONE.own ? 1 / c.field.sharing(e, 'phone') : 0)),
  feature('phone_contact', 'phone', (e, c) => (e.phone === PHONE.contact ? 1 / c.field.sharing(e, 'phone') : 0)),
  feature('phone_mask', 'phone', (e) => flag(e.phone === PHONE.mask)),
  feature('phone_mask_alone', 'phone', (e, c) => (e.phone === PHONE.mask ? 1 / c.field.sharing(e, 'phone') : 0)),
  feature('phone_typed', 'phone', (e, c) => (e.typedPhone ? 1 / c.field.sharing(e, 'typed') : 0)),
  feature('phone_amount', 'phone', (e) => flag(e.phone >= PHONE.contact && equalAmount(e))),
  feature('mask_amount', 'phone', (e) => flag(e.phone === PHONE.mask && equalAmount(e))),
  feature('mask_name', 'phone', (e) => flag(e.phone === PHONE.mask && e.payer.matched > 0)),
  feature('mask_name_amount', 'phone', (e) => flag(e.phone === PHONE.mask && e.payer.matched > 0 && equalAmount(e))),
  feature('alias', 'habit', (e) => Math.min(2, Math.log1p(e.candidate.aliasBacked))),
  feature('alias_unbacked', 'habit', (e) => flag(e.candidate.aliasCount > 0 && e.candidate.aliasBacked === 0)),
  feature('alias_only', 'habit', (e, c) => flag(e.candidate.aliasBacked > 0 && c.field.sharing(e, 'alias') === 1)),
  feature('alias_share', 'habit', (e, c) => c.field.aliasShare(e)),
  feature('alias_amount', 'habit', (e) => flag(e.candidate.aliasBacked > 0 && equalAmount(e))),
  feature('alias_masked', 'habit', (e, _c) => flag(e.candidate.aliasBacked > 0 && e.candidate.aliasByMask)),
  feature('text_rarity', 'name', (e) => e.text.rarity / RARITY_SCALE),
  feature('text_cover', 'name', (e) => e.text.cover),
  feature('text_full', 'name', (e) => flag(strongName(e))),
  feature('text_alone', 'name', (e, c) => flag(strongName(e) && c.field.sharing(e, 'text') === 1)),
  feature('text_contact', 'name', (e) => flag(e.text.contact)),
  feature('text_amount', 'name', (e) => flag(e.text.matched > 0 && equalAmount(e))),
  feature('payer_rarity', 'name', (e) => e.payer.rarity / RARITY_SCALE),
  feature('payer_cover', 'name', (e) => e.payer.cover),
  feature('payer_full', 'name', (e) => flag(e.payer.matched >= FULL_NAME)),
  feature('payer_alone', 'name', (e, c) => flag(e.payer.matched >= FULL_NAME && c.field.sharing(e, 'payer') === 1)),
  feature('payer_contact', 'name', (e) => flag(e.payer.contact)),
  feature('payer_phone', 'name', (e) => flag(e.payer.matched > 0 && e.phone >= PHONE.contact)),
  feature('payer_amount', 'name', (e) => flag(e.payer.matched > 0 && equalAmount(e))),
  feature('amount_equal', 'amount', (e) => flag(e.split.rule === 'equal')),
  feature('amount_named', 'amount', (e) => flag(e.split.rule === 'named' && equalAmount(e))),
  feature('amount_rare', 'amount', (e, c) => (equalAmount(e) ? c.field.rarityOfAmount() / RARITY_SCALE : 0)),
  feature('amount_rounding', 'amount', (e) => flag(e.split.rule === 'rounding')),
  feature('amount_sum', 'amount', (e) => flag(e.split.rule === 'sum')),
  feature('amount_net', 'amount', (e) => flag(e.split.rule === 'net')),
  feature('amount_part', 'amount', (e) => flag(e.split.rule === 'oldest first' && e.split.creditCents === 0)),
  feature('amount_over', 'amount', (e) => flag(e.split.creditCents > 0 && e.split.picks.length > 0)),
  feature('amount_nothing_open', 'amount', (e) => flag(e.open.length === 0)),
  feature('names_other_number', 'against', (e, c) => flag(e.named.level < 3 && c.field.best('reference') >= 3)),
  feature('names_other_number_fits', 'against', (e, c) => flag(e.named.level < 3 && c.field.otherNamedFits)),
  feature('names_other_account', 'against', (e, c) => flag(e.account === 0 && c.field.best('account') >= 2)),
  feature('other_phone', 'against', (e, c) => flag(e.phone < PHONE.contact && c.field.best('phone') >= OWN_PHONE)),
  feature('other_typed_phone', 'against', (e, c) => flag(!e.typedPhone && c.field.best('typed') > 0)),
  feature('other_alias', 'against', (e, c) => flag(e.candidate.aliasBacked === 0 && c.field.best('alias') > 0)),
  feature('other_text', 'against', (e, c) => flag(!strongName(e) && c.field.best('text') >= NAME.full)),
  feature('other_payer', 'against', (e, c) => flag(e.payer.matched < FULL_NAME && c.field.best('payer') >= NAME.full)),
  feature('refused', 'against', (e) => 2 ** (-e.refusedDays / REFUSAL_HALF_LIFE_DAYS)),
];

/** Writes a candidate's features; `row` has one place per feature. */
export function fillFeatures(row: Float64Array, evidence: Evidence, context: Context): void {
  for (let at = 0; at < FEATURES.length; at++) row[at] = FEATURES[at]?.of(evidence, context) ?? 0;
}
