import process from 'node:process';
import { HELP, print, readArguments, runCommand } from './command.ts';
import type { Local } from './platform/local.ts';
import { colour, say, step, table } from './terminal.ts';

const USAGE = `usage: ./scripts/start

Everything, ready to be used, until Ctrl-C; the data is kept under .malipo/.

Environment: MALIPO_INSTANCE (default), MALIPO_PORT (8080 for the default instance), and every service's own.`;

/** The platform without the demonstration. */
async function main(): Promise<number> {
  const { values } = readArguments({ options: HELP });
  if (values.help) return print(USAGE);
  const { startLocal } = await import('./platform/local.ts'); // the whole platform, which no usage needs
  const local = await startLocal({ step });
  const end = () => {
    say('\nstopping …');
    void local.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  say(`\n${welcome(local)}\n\n${colour.dim('Running until Ctrl-C, which stops all of it.')}`);
  return 0;
}

const welcome = ({ url, ports, instance }: Local): string =>
  table(
    ['what', 'where'],
    [
      ['API', `${url}/api/v1`],
      ['API page', `${url}/api/docs`],
      ['callbacks', `${url}/callbacks/…`],
      ['provider sandbox', `http://127.0.0.1:${ports.sandbox}`],
      ['instance', instance],
    ],
  );

await runCommand(USAGE, main);
