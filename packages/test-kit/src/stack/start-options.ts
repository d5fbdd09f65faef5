import type { ServerName } from './cache/cache.ts';
import type { StackPorts } from './ports.ts';
import type { StackSettings } from './settings.ts';

export type StartOptions = {
  instance: string;
  dir: string;
  settings: StackSettings;
  /** The servers to start; the others are somebody else's. */
  names: readonly ServerName[];
  lifetime: Lifetime;
  log: (line: string) => void;
};

/** `daemon` outlives this process, `owned` ends with it, `ephemeral` also leaves no data. */
export type Lifetime = 'daemon' | 'owned' | 'ephemeral';

/** What one call started, and how to stop just that. */
export type Started = { ports: StackPorts; pids: Record<string, number>; stop(): Promise<void> };
