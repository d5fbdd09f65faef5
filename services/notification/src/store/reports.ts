import { type Db, findByIds } from '@malipo/service-kit';
import type { Report } from '../domain/report.ts';

type Row = {
  _id: string;
  /** Null for an e-mail's. */
  phone: string | null;
  kind: Report['kind'];
  reason: string | null;
  rank: number;
  at: Date;
  taken?: boolean;
};

const RANK: Record<Report['kind'], number> = { sent: 1, failed: 2, delivered: 3 };

/** Reports that came before their message was known as sent, and SMS reports that fit none alone; kept for a week. */
export function createReportStore(db: Db) {
  const rows = db.collection<Row>('reports');
  return {
    /** Keeps the furthest report under an id: the provider's for an SMS, one of our own for an e-mail. */
    keep: async (id: string, phone: string | null, report: Report, at: Date): Promise<void> => {
      const rank = RANK[report.kind];
      const newer = { $lt: [{ $ifNull: ['$rank', 0] }, rank] };
      const value = { $literal: { _id: id, phone, kind: report.kind, reason: report.reason, rank, at } };
      await rows.updateOne({ _id: id }, [{ $replaceWith: { $cond: [newer, value, '$$ROOT'] } }], {
        upsert: true,
      });
    },
    findMany: async (ids: readonly string[]): Promise<Map<string, Report>> => {
      const found = await findByIds(rows, ids);
      return new Map(found.map((row) => [row._id, toReport(row)]));
    },
    /** Reports about a number that no message has taken yet; two are enough to know that it is not one. */
    untakenAbout: async (phone: string, since: Date): Promise<Report[]> =>
      (
        await rows
          .find({ phone, at: { $gte: since }, taken: { $ne: true } })
          .limit(2)
          .toArray()
      ).map(toReport),
    take: async (providerId: string): Promise<void> => {
      await rows.updateOne({ _id: providerId }, { $set: { taken: true } });
    },
  };
}

export type ReportStore = ReturnType<typeof createReportStore>;

const toReport = ({ _id, phone, kind, reason }: Row): Report => ({
  kind,
  reason,
  providerId: phone === null ? null : _id,
});
