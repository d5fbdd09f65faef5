import path from 'node:path';

/** The shortest ending of each path that no other file's path has: `st.csv`, or `jan/st.csv` beside `feb/st.csv`. */
export function labelsOf(files: readonly string[]): Map<string, string> {
  const wholes = new Set(files.map((file) => path.resolve(file)));
  return new Map(files.map((file) => [file, shortest(path.resolve(file), wholes)]));
}

function shortest(whole: string, wholes: ReadonlySet<string>): string {
  const parts = whole.split(path.sep);
  for (let length = 1; length < parts.length; length++) {
    const ending = parts.slice(-length).join(path.sep);
    const isShared = [...wholes].some((other) => other !== whole && `${path.sep}${other}`.endsWith(path.sep + ending));
    if (!isShared) return ending;
  }
  return whole;
}
