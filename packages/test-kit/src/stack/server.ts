import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Command, Part, PartContext } from './parts/part.ts';
import { logFile } from './paths.ts';
import { assertFree } from './ports.ts';
import { endServer, livePid, writePid } from './processes.ts';
import { StackError } from './settings.ts';

/** A cold disk or a busy machine may take this long; Kafka's recovery after a crash too. */
const READY_WITHIN_MS = 60_000;

/**
 * Starts one server and waits until it does its work; one that already runs is only waited for.
 * @throws {PortBusyError} when somebody else has its port
 * @throws {StackError} with the log's last line when it ends instead
 */
export async function startServer(part: Part, context: PartContext): Promise<number> {
  const running = livePid(context.dir, part.name);
  if (running !== undefined) {
    await part.ready(context, AbortSignal.timeout(READY_WITHIN_MS));
    return running;
  }
  const { pid, died } = launch(part, await part.prepare(context), context);
  try {
    await part.ready(context, AbortSignal.any([died, AbortSignal.timeout(READY_WITHIN_MS)]));
    return pid;
  } catch (error) {
    const what = died.aborted ? 'ended while starting' : 'did not get ready';
    await endServer(context.dir, part.name, 0);
    // somebody may have taken the port since it was found free
    for (const port of part.ports) await assertFree(part.title, port, context.ports[port]);
    throw new StackError(`${part.title} ${what}: ${lastWords(context.dir, part)}`, { cause: error });
  }
}

/** Every server is the leader of its own process group and writes to its own log, so it may outlive this process. */
function launch(part: Part, command: Command, { dir }: PartContext): { pid: number; died: AbortSignal } {
  const log = openLog(dir, part.name);
  try {
    const child = spawn(command.file, command.args, {
      cwd: dir,
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...command.env },
    });
    const died = new AbortController();
    child.once('error', (error) => died.abort(error));
    child.once('exit', () => died.abort(new Error(`${part.name} ended`)));
    child.unref();
    if (child.pid === undefined) throw new StackError(`cannot run ${command.file}`);
    writePid(dir, part.name, child.pid);
    return { pid: child.pid, died: died.signal };
  } finally {
    closeSync(log);
  }
}

/** A fresh log for every start; the one before is kept beside it. */
function openLog(dir: string, part: string): number {
  const file = logFile(dir, part);
  try {
    renameSync(file, `${file}.old`);
  } catch {
    // the first start
  }
  return openSync(file, 'a');
}

function lastWords(dir: string, part: Part): string {
  const file = logFile(dir, part.name);
  const line = readFileSync(file, 'utf8').trim().split('\n').at(-1)?.slice(0, 300) || 'it said nothing';
  return `${line} (${path.relative(process.cwd(), file)})`;
}
