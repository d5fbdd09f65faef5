import type { State } from '@malipo/matching';
import { type Metrics, type OutgoingEvent, RaceLostError } from '@malipo/service-kit';
import { beforeEach, describe, expect, test } from 'vitest';
import { beginUnit, pad } from '../domain/unit.ts';
import type { FactsDoc, OrganisationDoc } from '../store/collections.ts';
import type { Reads } from '../store/reads.ts';
import { type Books, createBooks } from './books.ts';

/** Nobody counts here. */
const metrics = { counter: () => ({ inc: () => undefined }), gauge: () => undefined } as unknown as Metrics;
const ID = '01890000-0000-7000-8000-000000000001';
const rowAt = (seq: number) => new Map<string, OrganisationDoc>([[ID, { _id: ID, seq, mode: 'test' }]]);

let log: FactsDoc[];
let asked: number;
let books: Books;
beforeEach(() => {
  log = [];
  asked = 0;
  const reads: Partial<Reads> = {
    organisation: async () => rowAt(log.length).get(ID),
    openReceivables: async () => [],
    receivables: async () => new Map(),
    async factsAfter(after, limit = 0) {
      asked++;
      return log.filter((doc) => doc._id > `${ID}:${pad(after.get(ID) ?? 0)}`).slice(0, limit);
    },
  };
  books = createBooks(reads as Reads, 1_000_000, metrics);
});

/** So many commits that somebody wrote. */
function written(count: number): void {
  for (let n = 0; n < count; n++) log.push({ _id: `${ID}:${pad(log.length + 1)}`, facts: [], invoiceIds: [] });
}

const look = (seq: number) => books.looking(() => books.at([ID], rowAt(seq)));

describe('an organisation in memory', () => {
  test('is read in pages, however long its log is', async () => {
    written(4_100);
    expect((await look(4_100)).get(ID)?.seq).toBe(4_100);
    expect(asked).toBe(3);
  });

  test('stays when a race is lost to somebody who wrote after the row was read', async () => {
    written(3);
    await expect(look(2)).rejects.toThrow(RaceLostError);
    asked = 0;
    expect((await look(3)).get(ID)?.seq).toBe(3);
    expect(asked).toBe(0);
  });

  test('is forgotten when it is ahead of the database itself', async () => {
    written(3);
    await look(3);
    log.pop();
    await expect(look(2)).rejects.toThrow(RaceLostError);
    expect((await look(2)).get(ID)?.seq).toBe(2);
  });

  test('is forgotten when what was decided on it could not be written, and kept when it was only looked at', async () => {
    written(1);
    const fail = async () => {
      await books.at([ID], rowAt(1));
      throw new Error('not written');
    };
    await expect(books.looking(fail)).rejects.toThrow('not written');
    expect(books.size()).toBe(1);
    await expect(books.deciding(fail)).rejects.toThrow('not written');
    expect(books.size()).toBe(0);
  });

  test('moves on with a commit', async () => {
    written(1);
    await books.deciding(async () => {
      const book = (await books.at([ID], rowAt(1))).get(ID);
      const unit = beginUnit<OutgoingEvent, State | null>({
        organisationId: ID,
        seq: 1,
        mode: 'test',
        at: new Date(0),
        state: book?.state ?? null,
        receivable: () => undefined,
        owedBefore: () => 0,
      });
      written(1);
      books.committed(unit);
    });
    asked = 0;
    expect((await look(2)).get(ID)?.seq).toBe(2);
    expect(asked).toBe(0);
  });
});
