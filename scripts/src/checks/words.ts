/** One line of a text that must not be published, and why. */
export type Finding = { line: number; text: string; why: string };

// written in pieces, so that this file does not find itself
const joined = (...parts: string[]) => parts.join('');

const FORBIDDEN: readonly [RegExp, string][] = [
  [new RegExp(joined('(?<![\\w.-])/', '(?:home|Users|root)/\\w')), "a path of somebody's machine"],
  [new RegExp(joined('(?<![\\w./-])/', '(?:work|mnt|workspace)/\\w')), "a path of somebody's machine"],
  [new RegExp(joined('/', 'tmp/\\w')), 'a temporary file of one machine'],
  [new RegExp(joined('[A-Z]:', '\\\\\\\\?Users')), "a path of somebody's machine"],
  [
    new RegExp(joined('registry\\.', 'npmjs|registry\\.', 'yarnpkg|npm\\.pkg\\.', 'github'), 'i'),
    'the host of a registry',
  ],
  [
    new RegExp(
      joined('pypi\\.', 'org|files\\.', 'pythonhosted|repo1?\\.maven\\.', 'org|maven\\.', 'apache\\.org/maven2'),
      'i',
    ),
    'the host of a registry',
  ],
  [
    new RegExp(joined('proxy\\.', 'golang|deb\\.', 'debian\\.org|artifact', 'ory|nexus\\.'), 'i'),
    'the host of a registry',
  ],
  [
    new RegExp(joined('\\b(?:cla', 'ude|anth', 'ropic|chat', 'gpt|open', 'ai|co', 'pilot|codex', '-cli)\\b'), 'i'),
    'the name of a tool of the author',
  ],
  [new RegExp(joined('co-authored', '-by|generated', ' with \\['), 'i'), 'the name of a tool of the author'],
];

/** What in a text tells about the machine or the tools of whoever wrote it. */
export function findForbidden(text: string): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const found = FORBIDDEN.find(([pattern]) => pattern.test(line));
    return found ? [{ line: index + 1, text: line.trim().slice(0, 160), why: found[1] }] : [];
  });
}
