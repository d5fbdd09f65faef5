import process from 'node:process';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { complain, say } from './terminal.ts';

/** The caller typed or set something that cannot be meant; the message names it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The option that every command has. */
export const HELP = { help: { type: 'boolean', short: 'h', default: false } } as const;

/** Reads the command line. @throws {UsageError} naming an argument that nobody knows */
export function readArguments<const Config extends ParseArgsConfig>(config: Config) {
  try {
    return parseArgs(config);
  } catch (error) {
    // after its first sentence Node explains how to pass such a text as a value
    throw new UsageError(String(error instanceof Error ? error.message : error).split('. ')[0]);
  }
}

/** Prints and is content. */
export function print(text: string): number {
  say(text);
  return 0;
}

/** Runs a command; its error is one line, with exit code 1, or 2 and the usage when the caller was wrong. */
export async function runCommand(usage: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    const wrongly = error instanceof UsageError;
    if (wrongly) say(usage);
    process.exitCode = wrongly ? 2 : 1;
  }
}
