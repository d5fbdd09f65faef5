import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const BIOME = path.join(ROOT, 'node_modules/.bin/biome');

export type Refusal = { file: string; rule: string; message: string };

/**
 * Lints made-up files under the repository's own rules, as if they lay at those paths in it.
 * @param files text by path, relative to the repository
 */
export async function lintAsIf(files: Readonly<Record<string, string>>): Promise<Refusal[]> {
  const home = await mkdtemp(path.join(tmpdir(), 'malipo-layers-'));
  try {
    const { vcs: _vcs, $schema: _schema, ...rules } = JSON.parse(await readFile(path.join(ROOT, 'biome.json'), 'utf8'));
    await writeFile(path.join(home, 'biome.json'), JSON.stringify(rules));
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.join(home, path.dirname(file)), { recursive: true });
      await writeFile(path.join(home, file), text);
    }
    return parseReport(await biomeReport(home));
  } finally {
    await rm(home, { recursive: true });
  }
}

function biomeReport(home: string): Promise<string> {
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
  return new Promise((resolve) => {
    // a lint error is an exit code, and here an answer
    execFile(BIOME, args, { cwd: home, maxBuffer: 16 * 1024 * 1024 }, (_error, stdout) => resolve(stdout));
  });
}

type Diagnostic = { category: string; message?: unknown; description?: string; location: { path: unknown } };

function parseReport(report: string): Refusal[] {
  const { diagnostics } = JSON.parse(report) as { diagnostics: Diagnostic[] };
  return diagnostics.map(({ category, message, description, location }) => ({
    file: typeof location.path === 'string' ? location.path : String((location.path as { file?: string })?.file ?? ''),
    rule: category,
    message: typeof message === 'string' ? message : (description ?? JSON.stringify(message)),
  }));
}
