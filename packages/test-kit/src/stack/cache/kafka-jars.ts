import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun, runCommand } from '../run-command.ts';
import { StackError } from '../settings.ts';
import type { Java } from './java.ts';

export const KAFKA_VERSION = '4.1.0';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>malipo</groupId>
  <artifactId>kafka-server</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/**
 * Kafka's jars, through Maven, which checks their checksums.
 * @throws {StackError} when there is no Maven
 */
export async function fetchKafkaJars(into: string, java: Java): Promise<void> {
  const env = java.home ? { JAVA_HOME: java.home } : {};
  const { code } = await runCommand('mvn', ['--version'], { env, timeoutMs: 30_000 });
  if (code !== 0) {
    throw new StackError(
      'Kafka is fetched with Maven, once, and mvn is not here: install it (Debian: apt-get install maven), ' +
        'or name a running Kafka in MALIPO_KAFKA_BROKERS',
    );
  }
  const project = path.join(into, 'project');
  await mkdir(project, { recursive: true });
  await writeFile(path.join(project, 'pom.xml'), POM);
  const goal = ['--batch-mode', '--quiet', '--strict-checksums', 'dependency:copy-dependencies'];
  await mustRun('mvn', [...goal, `-DoutputDirectory=${path.join(into, 'jars')}`], {
    cwd: project,
    env,
    failing: 'Maven could not fetch Kafka',
  });
  await rm(project, { recursive: true });
}

/** The class path in one fixed order: a class archive is only valid for exactly the path it was made with. */
export async function kafkaClassPath(home: string): Promise<string> {
  const folder = path.join(home, 'jars');
  const jars = (await readdir(folder)).filter((name) => name.endsWith('.jar')).sort();
  return jars.map((name) => path.join(folder, name)).join(path.delimiter);
}
