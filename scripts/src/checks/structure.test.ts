import { describe, expect, test } from 'vitest';
import { functionsOf, linesOf, readRepositoryFile, repositoryFiles, spread } from './structure.ts';

const LONGEST_FUNCTION = 40;
const LONGEST_FILE = 200;

const sources = repositoryFiles()
  .filter((file) => /^(services|packages|scripts|bench|e2e|deploy)\/.*\.ts$/.test(file))
  .filter((file) => !/\.test\.ts$|\/test\//.test(file))
  .map((file) => ({ file, text: readRepositoryFile(file) }));

describe('the measure', () => {
  const lengths = (text: string) => functionsOf('x.ts', text).map(({ name, lines }) => [name, lines]);

  test('finds functions, methods and arrows with their lengths, nested ones too', () => {
    const text = [
      'export async function outer(',
      '  one: number,',
      '): Promise<void> {',
      '  const inner = (two: number) => {',
      '    return two;',
      '  };',
      '  if (one) {',
      '    inner(one);',
      '  }',
      '}',
      'const short = () => 1;',
      'const made = {',
      '  method(three) {',
      '    return three;',
      '  },',
      '  field: async () => {',
      '    return 4;',
      '  },',
      '};',
    ].join('\n');
    expect(lengths(text)).toEqual([
      ['outer', 10],
      ['inner', 3],
      ['method', 3],
      ['field', 3],
    ]);
  });

  test('sees a function that is too long', () => {
    const long = ['function long() {', ...Array.from({ length: 60 }, () => '  work();'), '}'].join('\n');
    expect(lengths(long)).toEqual([['long', 62]]);
    expect(spread([...Array.from({ length: 8 }, () => 10), 62, 62], LONGEST_FUNCTION)).toEqual({
      share: 0.8,
      ninth: 62,
      most: 62,
    });
  });
});

describe('the repository', () => {
  const functions = sources.flatMap(({ file, text }) => functionsOf(file, text));

  test(`nine functions in ten have at most ${LONGEST_FUNCTION} lines`, () => {
    expect(functions.length).toBeGreaterThan(500);
    const { share, ninth, most } = spread(
      functions.map(({ lines }) => lines),
      LONGEST_FUNCTION,
    );
    const long = functions
      .filter(({ lines }) => lines > LONGEST_FUNCTION)
      .toSorted((one, other) => other.lines - one.lines);
    const worst = long.slice(0, 10).map(({ file, line, name, lines }) => `${file}:${line} ${name} ${lines}`);
    console.log(
      `${functions.length} functions: ${percent(share)} within ${LONGEST_FUNCTION} lines, nine in ten within ${ninth}, the longest ${most}`,
    );
    expect(share, worst.join('\n')).toBeGreaterThanOrEqual(0.9);
  });

  test(`nine files in ten have at most ${LONGEST_FILE} lines`, () => {
    expect(sources.length).toBeGreaterThan(200);
    const sizes = sources.map(({ file, text }) => ({ file, lines: linesOf(text) }));
    const { share, ninth, most } = spread(
      sizes.map(({ lines }) => lines),
      LONGEST_FILE,
    );
    const long = sizes.filter(({ lines }) => lines > LONGEST_FILE).map(({ file, lines }) => `${file} ${lines}`);
    console.log(
      `${sizes.length} files: ${percent(share)} within ${LONGEST_FILE} lines, nine in ten within ${ninth}, the longest ${most}`,
    );
    expect(share, long.join('\n')).toBeGreaterThanOrEqual(0.9);
  });

  test('no `any` is let through but the two where a runner takes services of every type', () => {
    const lines = sources.flatMap(({ file, text }) =>
      text
        .split('\n')
        .filter((line) => line.includes('biome-ignore') && line.includes('noExplicitAny'))
        .map(() => file),
    );
    expect(lines).toEqual(['packages/service-kit/src/service.ts']);
  });
});

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
