import process from 'node:process';

/** Before this much time nobody wonders whether anything happens. */
const PATIENCE_MS = 1_000;
const EVERY_MS = 100;

/** `deciding 12,000 of 20,000` on a terminal's standard error, once it takes long; nowhere else. */
export function createProgress(label: string) {
  const started = performance.now();
  let shownAt = 0;
  const clear = (): void => {
    if (shownAt > 0) process.stderr.write('\r\u001b[K');
  };
  return {
    show: (done: number, of: number): void => {
      const now = performance.now();
      if (!process.stderr.isTTY || now - started < PATIENCE_MS || now - shownAt < EVERY_MS) return;
      shownAt = now;
      process.stderr.write(`\r\u001b[K${label} ${done.toLocaleString('en')} of ${of.toLocaleString('en')}`);
    },
    clear,
  };
}

/** Says on a terminal's standard error what goes on, before work that tells nothing of itself. @returns what clears it */
export function showPhase(label: string): () => void {
  if (!process.stderr.isTTY) return () => {};
  process.stderr.write(`\r\u001b[K${label} …`);
  return () => void process.stderr.write('\r\u001b[K');
}
