import { createInterface } from 'node:readline';
import { complain } from '../terminal.ts';
import { createComplaints } from './complaints.ts';
import { createSession } from './session.ts';

/** Output gathers while input is at hand and leaves in one write; a lone payment is answered at once. */
let pending = '';
const flush = (): void => {
  if (pending !== '') process.stdout.write(pending);
  pending = '';
};
const answer = (message: object): void => {
  if (pending === '') setImmediate(flush);
  pending += `${JSON.stringify(message)}\n`;
};

const complaints = createComplaints(complain);
const session = createSession({ answer, tell: complaints.tell });

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
let isOpen = true;
lines.on('line', (line) => {
  if (!isOpen) return;
  isOpen = session.take(line);
  if (!isOpen) lines.close();
});
lines.on('close', () => {
  flush();
  process.exitCode = complaints.sum() > 0 ? 1 : 0;
  process.stdin.destroy();
});
