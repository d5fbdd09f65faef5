import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HELP, print, readArguments, runCommand, UsageError } from '../command.ts';
import { settingPrefix } from '../platform/environment.ts';
import { colour, say } from '../terminal.ts';
import { skeleton } from './templates.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FIRST_PORT = 8080;

/** Writes the skeleton of a service. @returns the files written, relative to the repository */
async function writeService(name: string, root = ROOT): Promise<string[]> {
  if (!/^[a-z][a-z-]{1,30}$/.test(name))
    throw new UsageError(`'${name}' is no service name: use lower-case letters and dashes, like 'expenses'`);
  const home = path.join(root, 'services', name);
  if (existsSync(home))
    throw new UsageError(`services/${name} is there already; choose another name or remove it first`);
  const taken = existsSync(path.join(root, 'services')) ? (await readdir(path.join(root, 'services'))).length : 0;
  const files = skeleton(name, FIRST_PORT + 10 + taken);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), text);
  }
  return Object.keys(files).map((file) => `services/${name}/${file}`);
}

/** What has to be done by hand; a check of the repository fails until then. */
export const nextSteps = (name: string): string => `
Next, add it to
  scripts/package.json                     so that it is installed with the others
  scripts/src/platform/services.ts         so that it runs with them
  scripts/src/platform/environment.ts      Ports and ORDER: a port of its own in every instance
  services/gateway/src/routes.ts           upstreams and routes: else /api/v1/${name} is 404 at the gateway
  services/gateway/src/config.ts           ${settingPrefix(name)}_URL: where the gateway finds it
  services/gateway/src/deps.ts             upstreamUrls: the same by name
  docker-compose.yml                       a check of the repository fails without it
and then
  npx -y pnpm@12 install
  node_modules/.bin/tsc --noEmit           names what is missing still
  node_modules/.bin/vitest run --project integration services/${name}`;

const USAGE = `usage: ./scripts/new-service NAME

Writes the skeleton of a service under services/NAME, and says in which files it has to be entered.`;

async function main(): Promise<number> {
  const { values, positionals } = readArguments({ allowPositionals: true, options: HELP });
  if (values.help) return print(USAGE);
  const [name = '', ...more] = positionals;
  if (more.length > 0) throw new UsageError(`name one service, not '${positionals.join(' ')}'`);
  for (const file of await writeService(name)) say(`  ${colour.green('+')} ${file}`);
  return print(nextSteps(name));
}

if (import.meta.main) await runCommand(USAGE, main);
