import path from 'node:path';

/** The repository's root: everything the stack writes lies under `.malipo` there. */
export const ROOT = path.resolve(import.meta.dirname, '../../../..');

const HOME = path.join(ROOT, '.malipo');

/** Data, logs, pid files and the chosen ports of one instance. */
export const instanceDir = (instance: string): string => path.join(HOME, instance);

export const instancesHome = (): string => HOME;

export const defaultCacheHome = (): string => path.join(HOME, 'cache');

export const logFile = (dir: string, part: string): string => path.join(dir, 'logs', `${part}.log`);
