import { spawn } from 'node:child_process';

/** Runs a command to its end. @throws {Error} with the last lines of what it said, where it fails or is missing */
export function runCommand(command: string, args: readonly string[], cwd?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => reject(new Error(`${command} cannot be run (${error.message}); install it first`)));
    child.once('exit', (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `${command} ${args.slice(0, 3).join(' ')} … failed:\n${output.trim().split('\n').slice(-8).join('\n')}`,
          ),
        );
    });
  });
}
