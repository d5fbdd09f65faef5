import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { PRODUCTS, ShortcodeOptions, UrlRegistration } from './shortcodes.ts';

/** What was registered at M-Pesa: short codes with their URLs, and the apps that may speak for them. */
const Registrations = z.object({
  shortcodes: z.array(
    ShortcodeOptions.extend({ urls: UrlRegistration.optional(), pullRegistered: z.boolean().default(false) }),
  ),
  apps: z.array(z.object({ consumerKey: z.string(), consumerSecret: z.string(), products: z.array(z.enum(PRODUCTS)) })),
});
export type Registrations = z.infer<typeof Registrations>;

/** Keeps registrations over a restart. */
export interface RegistrationStore {
  load(): Registrations;
  save(registrations: () => Registrations): void;
}

/** @param file where they are kept; without one they are forgotten */
export const createRegistrationStore = (file: string | undefined): RegistrationStore =>
  file === undefined
    ? { load: () => NONE, save: () => {} }
    : { load: () => load(file), save: (all) => save(file, all()) };

const NONE: Registrations = { shortcodes: [], apps: [] };

/** @throws {Error} where the file is there and cannot be understood */
function load(file: string): Registrations {
  const text = readIfThere(file);
  if (text === undefined) return NONE;
  try {
    return Registrations.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} does not hold the sandbox's registrations; delete it to begin anew`, { cause: error });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written beside its place and moved there at once, before the provider answers: a crash leaves the old or the new. */
function save(file: string, registrations: Registrations): void {
  const beside = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(beside, JSON.stringify(registrations, null, 2), { mode: 0o600 });
  renameSync(beside, file);
}
