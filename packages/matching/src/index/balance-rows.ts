const FIRST_ROOM = 64;
const EMPTY = 0;
/** In the second place of a row that does not hold all that a customer owes. */
const MORE = -1;

/** What each customer owes on its first two invoices, in one dense row; most owe on no more. */
export class BalanceRows {
  private cents = new Float64Array(2 * FIRST_ROOM);

  add(slot: number, cents: number): void {
    if (2 * slot >= this.cents.length) this.makeRoom(slot);
    if (this.cents[2 * slot] === EMPTY) this.cents[2 * slot] = cents;
    else this.cents[2 * slot + 1] = this.cents[2 * slot + 1] === EMPTY ? cents : MORE;
  }

  /** @param all every balance of the customer */
  set(slot: number, all: readonly number[]): void {
    this.cents[2 * slot] = all[0] ?? EMPTY;
    this.cents[2 * slot + 1] = all.length > 2 ? MORE : (all[1] ?? EMPTY);
  }

  /** Undefined where the row does not tell. */
  owes(slot: number, cents: number): boolean | undefined {
    if (this.cents[2 * slot] === cents) return true;
    const second = this.cents[2 * slot + 1];
    return second === MORE ? undefined : second === cents;
  }

  private makeRoom(slot: number): void {
    const larger = new Float64Array(4 * slot);
    larger.set(this.cents);
    this.cents = larger;
  }
}
