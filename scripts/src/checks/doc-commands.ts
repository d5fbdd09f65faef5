/** A command of a text that does not run as it stands, with its line. */
export type BareCommand = { line: number; command: string };

/** What the machine may have in another version than the repository asks for, or not on its path. */
const BARE = /(?:^\s*|`|(?:^|\s)[A-Z_]+=\S* )((?:node|vitest|tsc|biome|tsx|pnpm) [^`]*)/g;

/**
 * Commands of a Markdown text, in code spans and blocks, that name a program of `node_modules/.bin` without its folder. Only
 * those of the folder are the versions that the lock file says.
 */
export function bareCommands(text: string): BareCommand[] {
  let inBlock = false;
  return text.split('\n').flatMap((line, index) => {
    if (line.startsWith('```')) inBlock = !inBlock;
    return [...line.matchAll(BARE)]
      .filter(([whole]) => inBlock || whole.startsWith('`'))
      .map(([, command = '']) => ({ line: index + 1, command: command.trim() }));
  });
}
