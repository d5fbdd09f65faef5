/** What is parked of one subscription, by subject, in the order in which it was parked. */
export type WaitingLine = {
  reset(notes: Iterable<{ id: string; subject: string | null }>): void;
  add(id: string, subject: string | null): void;
  remove(id: string): void;
  has(id: string): boolean;
  /** What waits about this subject before `id`, or everything when `id` does not wait. */
  before(subject: string, id: string): readonly string[];
  size(): number;
};

export function createWaitingLine(): WaitingLine {
  const subjects = new Map<string, string | null>();
  const lines = new Map<string, string[]>();
  const add = (id: string, subject: string | null) => {
    if (subjects.has(id)) return;
    subjects.set(id, subject);
    if (subject !== null) lines.set(subject, [...(lines.get(subject) ?? []), id]);
  };
  return {
    add,
    reset(notes) {
      subjects.clear();
      lines.clear();
      for (const { id, subject } of notes) add(id, subject);
    },
    remove(id) {
      const subject = subjects.get(id);
      subjects.delete(id);
      if (subject == null) return;
      const rest = (lines.get(subject) ?? []).filter((other) => other !== id);
      if (rest.length > 0) lines.set(subject, rest);
      else lines.delete(subject);
    },
    has: (id) => subjects.has(id),
    before(subject, id) {
      const line = lines.get(subject) ?? [];
      const index = line.indexOf(id);
      return index < 0 ? line : line.slice(0, index);
    },
    size: () => subjects.size,
  };
}
