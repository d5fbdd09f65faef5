import { onTestFinished, vi } from 'vitest';

/**
 * The clock of this process, to be moved within a test as an administrator moves that of a machine; timers go on as before.
 * @returns how far it is ahead of what it would be
 */
export function systemClock(): { aheadMs: number } {
  const clock = { aheadMs: 0 };
  const { now } = Date;
  const moved = vi.spyOn(Date, 'now').mockImplementation(() => now() + clock.aheadMs);
  onTestFinished(() => moved.mockRestore());
  return clock;
}
