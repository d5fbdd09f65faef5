import type { MpesaControl } from '@malipo/provider-sandbox';
import { formatMoney } from '@malipo/values';
import { type Api, ApiError } from '../client/api.ts';
import { colour, table } from '../terminal.ts';
import type { DemoBusiness } from './business.ts';
import type { Story } from './payers.ts';

export type PaymentView = {
  id: string;
  transactionId: string;
  amountCents: number;
  status: string;
  decision: string | null;
  repeats: number;
  allocations: { invoiceNumber: string; amountCents: number }[];
  creditCents?: number;
  because?: { en: string; score: number }[];
  reason?: string | null;
};

export type Summary = {
  payments: number;
  auto: number;
  review: number;
  unmatched: number;
  duplicates: number;
  lost: number;
  ledgerBalanced: boolean;
  seconds: number;
};

const END = { auto: ['auto'], review: ['suggested'], unmatched: ['unmatched'] } as const;

/** Asks from outside until every story has reached its expected end, or the deadline is over. @returns what each became */
export async function awaitEnds(
  api: Api,
  stories: readonly Story[],
  deadlineMs: number,
): Promise<Map<string, PaymentView>> {
  const deadline = Date.now() + deadlineMs;
  const found = new Map<string, PaymentView>();
  for (;;) {
    await Promise.all(
      stories.map(async (story) => {
        const view = await findPayment(api, story.receipt);
        if (view) found.set(story.receipt, view);
      }),
    );
    const areDone = stories.every((story) => reached(story, found.get(story.receipt)));
    if (areDone || Date.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

export const reached = (story: Story, view: PaymentView | undefined): boolean => {
  const ends: readonly string[] = END[story.expected];
  return view?.decision != null && ends.includes(view.decision) && view.repeats >= (story.deliveries ?? 1) - 1;
};

async function findPayment(api: Api, receipt: string): Promise<PaymentView | undefined> {
  try {
    const { data } = await api.get<{ data: { id: string }[] }>(`/api/v1/payments?transactionId=${receipt}`);
    return data[0] ? await api.get<PaymentView>(`/api/v1/payments/${data[0].id}`) : undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) throw error;
    return undefined;
  }
}

/** What happened to each payment and why, for a shop owner. */
export function storyTable(stories: readonly Story[], found: ReadonlyMap<string, PaymentView>): string {
  const rows = stories.map((story) => {
    const view = found.get(story.receipt);
    const ok = reached(story, view);
    return [
      ok ? '✓' : '✗',
      story.what,
      view ? formatMoney(view.amountCents) : '–',
      view ? becameOf(view) : 'not known to Malipo',
      whyOf(view),
    ];
  });
  const text = table(['', 'what the payer did', 'amount', 'what became of it', 'why'], rows);
  return text.replaceAll('✓', colour.green('✓')).replaceAll('✗', colour.red('✗'));
}

function becameOf(view: PaymentView): string {
  const applied = view.allocations
    .filter((one) => one.amountCents > 0)
    .map((one) => `${one.invoiceNumber} ${formatMoney(one.amountCents)}`);
  if (view.creditCents) applied.push(`credit ${formatMoney(view.creditCents)}`);
  if (view.decision === 'auto')
    return `applied: ${applied.join(', ')}${view.repeats > 0 ? ` (told ${view.repeats + 1} times)` : ''}`;
  return view.decision === 'suggested' ? 'waits for a person' : 'kept, nobody found';
}

const whyOf = (view: PaymentView | undefined): string => {
  const speaksForIt = (view?.because ?? []).filter((one) => one.score > 0).sort((a, b) => b.score - a.score);
  const because = speaksForIt
    .slice(0, 2)
    .map((one) => one.en)
    .join('; ');
  return because || (view?.reason ?? '').replaceAll('_', ' ');
};

/** Counted by asking from outside: the platform's own lists against the sandbox's own statement. */
export async function summarise(business: DemoBusiness, mpesa: MpesaControl, startedAt: number): Promise<Summary> {
  const payments = await business.api.all<PaymentView>('/api/v1/payments');
  const statement = [...mpesa.statement(business.paybill), ...mpesa.statement(business.till)];
  const known = new Set(payments.map((payment) => payment.transactionId));
  const trial = await business.api.get<{ balanced: boolean }>('/api/v1/ledger/trial-balance');
  const decided = (decision: string) => payments.filter((payment) => payment.decision === decision).length;
  return {
    payments: payments.length,
    auto: decided('auto'),
    review: decided('suggested'),
    unmatched: decided('unmatched'),
    duplicates: statement.reduce((sum, line) => sum + repeatsOf(line.deliveries), 0),
    lost: statement.filter((line) => !known.has(line.receipt)).length,
    ledgerBalanced: trial.balanced,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  };
}

/** Answered deliveries beyond the first of each kind: a twin is no duplicate. */
function repeatsOf(deliveries: readonly { kind: string; status: unknown }[]): number {
  const answered = deliveries.filter((one) => one.status === 200 && one.kind !== 'validation');
  return answered.length - new Set(answered.map((one) => one.kind)).size;
}
