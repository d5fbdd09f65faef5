import process from 'node:process';
import { complain, say } from '../terminal.ts';
import { reconcile } from './command.ts';

const warn = (line: string): void => void process.stderr.write(`${line}\n`);

process.exitCode = await reconcile(process.argv.slice(2), { say, warn, complain });
