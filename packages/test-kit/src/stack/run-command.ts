import { spawn } from 'node:child_process';
import { StackError } from './settings.ts';

export type CommandResult = { code: number; stdout: string; stderr: string };

type CommandOptions = { cwd?: string; env?: Record<string, string | undefined>; timeoutMs?: number };

/** Runs a program to its end and gives what it wrote. A missing program is code 127, a timeout 124. */
export function runCommand(
  file: string,
  args: readonly string[],
  { cwd, env, timeoutMs }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 124, stdout, stderr }));
  });
}

/** @throws {StackError} with the program's last lines when it fails */
export async function mustRun(
  file: string,
  args: readonly string[],
  { failing, ...options }: CommandOptions & { failing: string },
): Promise<string> {
  const { code, stdout, stderr } = await runCommand(file, args, options);
  if (code === 0) return stdout;
  const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-6).join('\n');
  throw new StackError(`${failing} (${file} ended with ${code})\n${tail}`);
}
