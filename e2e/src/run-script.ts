import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export type Ended = { code: number | null; stdout: string; stderr: string };

/** A script that runs, with what it has written so far. */
export type RunningScript = { child: ChildProcess; output: () => string; ended: Promise<Ended> };

/** The settings of this test run are not the newcomer's: scripts start without them, unless given. */
const cleanEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MALIPO_|VITEST|FORCE_COLOR)/.test(name)));

/**
 * Starts `./scripts/<name>` as a person would, without a terminal.
 * @param env settings on top of the machine's own
 */
export function startScript(name: string, args: readonly string[], env: Record<string, string> = {}): RunningScript {
  return startProgram(path.join(ROOT, 'scripts', name), args, env);
}

/** Starts any program in the repository's root. */
export function startProgram(file: string, args: readonly string[], env: Record<string, string> = {}): RunningScript {
  const child = spawn(file, args, {
    cwd: ROOT,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, output: () => stdout + stderr, ended };
}

/** Runs a script to its end. */
export const runScript = (name: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  startScript(name, args, env).ended;
