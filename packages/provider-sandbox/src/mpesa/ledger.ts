import { eatDay } from '@malipo/values';
import type { Delivery } from './notify.ts';

export interface Names {
  first?: string | undefined;
  middle?: string | undefined;
  last?: string | undefined;
}

export type TransactionType = 'Pay Bill' | 'Buy Goods' | 'Organization To Organization Transfer';
export type TransactionKind = 'c2b' | 'stk' | 'organisation_transfer' | 'reversal';
export type TransactionStatus = 'Completed' | 'Declined' | 'Cancelled';

/** Something that happened at M-Pesa, whether or not anyone was told. */
export interface Transaction {
  receipt: string;
  shortcode: string;
  kind: TransactionKind;
  status: TransactionStatus;
  transactionType: TransactionType;
  /** Negative for money out. */
  amountCents: number;
  /** As the payer typed it. */
  reference: string;
  /** In full, whatever the organisation gets to see; empty for organisations. */
  phone: string;
  names: Names;
  initiatedAt: Date;
  completedAt: Date;
  /** The organisation's balance afterwards. */
  balanceCents: number;
  checkoutRequestId?: string;
  linkedReceipt?: string;
  /** Echo of what validation answered. */
  thirdPartyTransId?: string;
  deliveries: Delivery[];
}

export interface Ledger {
  open(shortcode: string, balanceCents: number): void;
  /** Books a transaction; only completed ones move the balance. */
  book(transaction: Omit<Transaction, 'balanceCents'>, chargeCents?: number): Transaction;
  find(receipt: string): Transaction | undefined;
  findByCheckout(checkoutRequestId: string): Transaction | undefined;
  of(shortcode: string): readonly Transaction[];
  balanceCents(shortcode: string): number;
  /** What a payer has spent on a Nairobi day. */
  spentCents(phone: string, at: Date): number;
}

export function createLedger(): Ledger {
  const byReceipt = new Map<string, Transaction>();
  const byCheckout = new Map<string, Transaction>();
  const byShortcode = new Map<string, Transaction[]>();
  const balances = new Map<string, number>();
  const spent = new Map<string, { day: string; amountCents: number }>();
  const balanceCents = (shortcode: string): number => balances.get(shortcode) ?? 0;
  const spentCents = (phone: string, at: Date): number => {
    const today = spent.get(phone);
    return today?.day === eatDay(at) ? today.amountCents : 0;
  };
  const move = (
    { shortcode, phone, amountCents, completedAt }: Omit<Transaction, 'balanceCents'>,
    charge: number,
  ): void => {
    balances.set(shortcode, balanceCents(shortcode) + amountCents - charge);
    if (amountCents < 0 || !phone) return;
    spent.set(phone, { day: eatDay(completedAt), amountCents: spentCents(phone, completedAt) + amountCents });
  };
  const book = (entry: Omit<Transaction, 'balanceCents'>, chargeCents = 0): Transaction => {
    if (entry.status === 'Completed') move(entry, chargeCents);
    const transaction = { ...entry, balanceCents: balanceCents(entry.shortcode) + chargeCents };
    byReceipt.set(entry.receipt, transaction);
    if (entry.checkoutRequestId) byCheckout.set(entry.checkoutRequestId, transaction);
    const rows = byShortcode.get(entry.shortcode);
    if (rows) rows.push(transaction);
    else byShortcode.set(entry.shortcode, [transaction]);
    return transaction;
  };
  return {
    open: (shortcode, opening) => void balances.set(shortcode, opening),
    book,
    find: (receipt) => byReceipt.get(receipt),
    findByCheckout: (checkoutRequestId) => byCheckout.get(checkoutRequestId),
    of: (shortcode) => byShortcode.get(shortcode) ?? [],
    balanceCents,
    spentCents,
  };
}
