import type { Programs, ServerName } from '../cache/cache.ts';
import type { StackPorts } from '../ports.ts';

/** What a server needs to know to start. */
export type PartContext = {
  /** The instance's folder; it stands on every server's command line, which is how ours are told from others. */
  dir: string;
  dataDir: string;
  ports: StackPorts;
  programs: Programs;
  mongoCacheGb: number;
};

export type Command = { file: string; args: string[]; env?: Record<string, string> };

/** One server of the stack. */
export type Part = {
  name: ServerName;
  title: string;
  ports: readonly (keyof StackPorts)[];
  /** Writes what the server reads at its start. */
  prepare(context: PartContext): Promise<Command>;
  /** Resolves when the server does its work, and not only listens. Rejects when the signal says that it died. */
  ready(context: PartContext, died: AbortSignal): Promise<void>;
};
