import process from 'node:process';
import { type Local, startLocal } from './platform/local.ts';
import { colour, complain, say, step, table } from './terminal.ts';

/** The platform without the demonstration: ready to be used, until Ctrl-C. */
async function main(): Promise<void> {
  const local = await startLocal({ step });
  const end = () => {
    say('\nstopping …');
    void local.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  say(`\n${welcome(local)}\n\n${colour.dim('Running until Ctrl-C, which stops all of it.')}`);
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

try {
  await main();
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
