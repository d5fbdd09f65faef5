import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FILE = path.join(ROOT, 'docs/benchmarks.md');

const TITLES = {
  ingest: 'Taking callbacks in',
  flow: 'From callback to paid invoice',
  idle: 'Idle',
  kill: 'Killed at random',
  matching: 'Matching',
} as const;

export type Section = keyof typeof TITLES;

/** Puts a benchmark's figures into docs/benchmarks.md in the place of the last ones, and prints them. */
export function writeSection(section: Section, lines: readonly string[]): void {
  const [from, to] = [`<!-- ${section} -->`, `<!-- /${section} -->`];
  const when = new Date().toISOString().slice(0, 10);
  const body = `${from}\n## ${TITLES[section]}\n\nMeasured ${when} on two shared cores, everything on one machine, load generator included.\n\n${lines.join('\n')}\n${to}`;
  const text = read();
  const start = text.indexOf(from);
  const next =
    start < 0
      ? `${text.trimEnd()}\n\n${body}\n`
      : text.slice(0, start) + body + text.slice(text.indexOf(to) + to.length);
  mkdirSync(path.dirname(FILE), { recursive: true });
  writeFileSync(FILE, next);
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

const HEAD = `# Benchmarks

Written by \`./scripts/bench\`. Ratios come first: the machines are shared and noisy, absolute figures move by half from one hour to the next, ratios of interleaved rounds by a tenth or two. Latency is open-loop, from the intended send. A rate counts only where the invariants held at the end of the run.
`;

function read(): string {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return HEAD;
  }
}
