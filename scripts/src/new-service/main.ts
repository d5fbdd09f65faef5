import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { colour, complain, say } from '../terminal.ts';
import { skeleton } from './templates.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FIRST_PORT = 8080;

/** Writes the skeleton of a service. @returns the files written, relative to the repository */
async function writeService(name: string, root = ROOT): Promise<string[]> {
  if (!/^[a-z][a-z-]{1,30}$/.test(name))
    throw new Error(`'${name}' is no service name: use lower-case letters and dashes, like 'expenses'`);
  const home = path.join(root, 'services', name);
  if (existsSync(home)) throw new Error(`services/${name} is there already; choose another name or remove it first`);
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
  docker-compose.yml                       a check of the repository fails without it
and then
  npx -y pnpm@12 install
  node_modules/.bin/vitest run --project integration services/${name}`;

if (import.meta.main) {
  const [name = ''] = process.argv.slice(2);
  try {
    for (const file of await writeService(name)) say(`  ${colour.green('+')} ${file}`);
    say(nextSteps(name));
  } catch (error) {
    complain((error as Error).message);
    say('usage: ./scripts/new-service NAME');
    process.exitCode = 2;
  }
}
