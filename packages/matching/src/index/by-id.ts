import { ABSENT, SlotTable, textKey } from './slot-table.ts';

type Slotted = { readonly slot: number };

/** Records by their ids. Which record an id leads to is one place in memory; whether it is that one, the record itself tells. */
export class ById<R extends Slotted> {
  private readonly table = new SlotTable();
  /** Those whose id came under a key that was taken. */
  private readonly others = new Map<string, R>();
  private readonly records: readonly R[];
  private readonly idOf: (record: R) => string;
  private readonly keyOf: (id: string) => number;

  /** @param records by slot */
  constructor(records: readonly R[], idOf: (record: R) => string, keyOf = textKey) {
    this.records = records;
    this.idOf = idOf;
    this.keyOf = keyOf;
  }

  get(id: string): R | undefined {
    const slot = this.table.get(this.keyOf(id));
    if (slot === ABSENT) return undefined;
    const record = this.records[slot];
    return record && this.idOf(record) === id ? record : this.others.get(id);
  }

  set(id: string, record: R): void {
    const key = this.keyOf(id);
    const slot = this.table.get(key);
    if (slot === ABSENT || slot === record.slot) this.table.set(key, record.slot);
    else this.others.set(id, record);
  }
}
