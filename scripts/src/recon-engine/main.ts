import { complain } from '../terminal.ts';
import { createComplaints } from './complaints.ts';
import { createLines } from './lines.ts';
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

const finish = (): void => {
  flush();
  const isFaulty = complaints.sum() > 0;
  process.exitCode = session.isLost() ? 2 : Number(isFaulty);
  process.stdin.destroy();
};

const lines = createLines(session.take);
process.stdin.on('data', (chunk: Buffer) => {
  if (!lines.push(chunk)) finish();
});
process.stdin.on('end', () => {
  lines.end();
  finish();
});
