/** A rule that says which invoices a customer's money settles. */
export type SplitRule = 'named' | 'equal' | 'rounding' | 'sum' | 'net' | 'oldest first';

/** The order of a careful Kenyan bookkeeper: the first rule that fits decides. */
export const SPLIT_ORDER: readonly SplitRule[] = ['named', 'equal', 'rounding', 'sum', 'net', 'oldest first'];

/**
 * House rules: how a business wants a customer's money spread over that customer's invoices. Editable per organisation;
 * the defaults are those of a careful Kenyan bookkeeper.
 */
export type Rules = {
  /** Stored with every decision. */
  version: string;
  /** A difference of up to this much is rounding, and a balance of up to this much counts as settled (cents). */
  toleranceCents: number;
  /** Withholding rates, of the VAT-exclusive amount: 5 % income tax (fees), 2 % VAT, or both. @see KRA, withholding tax */
  withholdingRates: readonly number[];
  /** VAT rate inside the totals of invoices that do not tell theirs. */
  vatRate: number;
  /** Largest charge a payer may have kept back: share of the balance, and cents. */
  chargeShare: number;
  chargeMaxCents: number;
  /** May a sum of several invoices, a net amount, or the oldest-first rule decide? Off means: leave it to a person. */
  allowSum: boolean;
  allowNet: boolean;
  allowOldestFirst: boolean;
  /**
   * An order of the organisation's own; a rule that is not in it is off. Left out: `SPLIT_ORDER`, switched by the three
   * above. Money that answers a request of ours always goes where the request says.
   */
  order?: readonly SplitRule[] | undefined;
  /** A tighter tolerance for the rounding rule alone (cents); `toleranceCents` shapes what memory holds and never varies. */
  roundingCents?: number | undefined;
  /** Nothing above this is applied without a person; null for no limit (cents). */
  autoLimitCents: number | null;
  /** The same for a payer never seen before (cents). */
  firstPayerLimitCents: number | null;
  /** Raised while drift is flagged; below the model's own threshold it has no effect. */
  minConfidence: number;
  /** Automatic decisions can be switched off as a whole (shadow mode). */
  automatic: boolean;
};

export const DEFAULT_RULES: Rules = {
  version: 'house-1',
  toleranceCents: 500,
  withholdingRates: [0.05, 0.02, 0.07],
  vatRate: 0.16,
  chargeShare: 0.015,
  chargeMaxCents: 35_000,
  allowSum: true,
  allowNet: true,
  allowOldestFirst: true,
  autoLimitCents: null,
  firstPayerLimitCents: null,
  minConfidence: 0,
  automatic: true,
};
