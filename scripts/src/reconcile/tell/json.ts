import type { Remark } from '../read/remarks.ts';
import { byKind } from '../read/remarks.ts';
import type { Summary } from './summary.ts';

/** The last line of `--json`: money in cents by currency, counts of lines by what became of them. */
export function jsonSummary(summaries: readonly Summary[], remarks: readonly Remark[], rest: object): object {
  return {
    ...rest,
    rowsNotRead: byKind(remarks, 'not read').length,
    rowsReadInPart: byKind(remarks, 'read in part').length,
    rowsSetAside: byKind(remarks, 'set aside').length,
    currencies: summaries.map(({ currency, received, by, reasons, invoices, ...sums }) => ({
      currency,
      received,
      applied: by.applied,
      suggested: by.suggested,
      unmatched: by.unmatched,
      takenBack: by['taken back'],
      duplicates: by.duplicate,
      reversals: by.reversal,
      reasons: reasons.map(({ verdict, reason, sum }) => ({ decision: verdict, reason, ...sum })),
      ...sums,
      invoices: {
        paid: invoices.paid,
        partPaid: invoices['part paid'],
        stillOpen: invoices['still open'],
        settledBefore: invoices['settled before'],
      },
    })),
  };
}
