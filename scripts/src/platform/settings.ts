import { instanceName } from '@malipo/test-kit/stack';
import { UsageError } from '../command.ts';
import { type Ports, portsFrom } from './environment.ts';

const FIRST_PORT = 8080;

/** The sandbox listens nine above the gateway. */
const LAST_FIRST_PORT = 65_535 - 9;

/**
 * Which instance the environment names, and its ports; an empty setting is none.
 * @throws {UsageError} when MALIPO_PORT is no port
 */
export function localSettings(env: Record<string, string | undefined>): { instance: string; ports: Ports } {
  const instance = instanceName(env);
  const given = env['MALIPO_PORT'];
  return { instance, ports: portsFrom(given ? portIn(given) : FIRST_PORT + offsetOf(instance)) };
}

function portIn(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= LAST_FIRST_PORT) return port;
  throw new UsageError(
    `MALIPO_PORT: '${text}' is no port; set it to a number from 1 to ${LAST_FIRST_PORT}, the first of ten, or leave it out for ${FIRST_PORT}`,
  );
}

/** Every instance but the default one moves its ports by a step of its own. */
function offsetOf(instance: string): number {
  if (instance === 'default') return 0;
  const sum = [...instance].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 97, 7);
  return 20 * (sum + 1);
}
