import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../src/stack/paths.ts';
import { runCommand } from '../src/stack/run-command.ts';
import { ownInstance } from './redis-only.ts';

/** A client that writes down how it was called: what `docker` does is outside the system. */
function fakeDocker({ engine }: { engine: boolean }): { env: Record<string, string>; calls(): string[] } {
  const folder = mkdtempSync(path.join(tmpdir(), 'malipo-docker-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [program, record] = [path.join(folder, 'docker'), path.join(folder, 'calls')];
  writeFileSync(record, '');
  writeFileSync(
    program,
    `#!/bin/sh\n[ "$1" = info ] && exit ${engine ? 0 : 1}\necho "$* $MALIPO_MONGO_PORT" >>${record}\n`,
  );
  chmodSync(program, 0o755);
  const calls = () =>
    readFileSync(record, 'utf8')
      .trim()
      .split('\n')
      .filter((call) => !call.startsWith('compose version'));
  return { env: { PATH: `${folder}${path.delimiter}${process.env['PATH']}` }, calls };
}

const stackCommand = (args: string[], env: Record<string, string>) =>
  runCommand(process.execPath, [path.join(ROOT, 'scripts/src/stack/cli.ts'), ...args], {
    env: { MALIPO_STACK: '', MALIPO_MONGO_URL: '', MALIPO_REDIS_URL: '', MALIPO_KAFKA_BROKERS: '', ...env },
  });

test('where a container engine answers, the servers are containers of a project of their own', async () => {
  const docker = fakeDocker({ engine: true });
  const instance = ownInstance();
  const up = await stackCommand(['up', '--instance', instance], { ...docker.env, MALIPO_MONGO_PORT: '20999' });
  expect(up).toMatchObject({ code: 0, stderr: '' });
  expect(up.stdout).toContain('mongodb://127.0.0.1:20999/?directConnection=true');
  await stackCommand(['down', '--instance', instance], docker.env);
  await stackCommand(['down', '--wipe', '--instance', instance], docker.env);
  const project = `compose --project-name malipo-${instance} --file ${ROOT}/docker-compose.yml`;
  expect(docker.calls()).toEqual([
    `${project} ps --services --status running 20999`,
    `${project} up --detach --wait --wait-timeout 120 mongo redis kafka 20999`,
    `${project} down 20999`,
    `${project} down --volumes 20999`,
  ]);
});

test('a client without an engine is not enough, and native is native with one', async () => {
  const redisOnly = { MALIPO_MONGO_URL: 'mongodb://elsewhere', MALIPO_KAFKA_BROKERS: 'elsewhere:9092' };
  for (const [engine, stack] of [
    [false, 'auto'],
    [true, 'native'],
  ] as const) {
    const docker = fakeDocker({ engine });
    const instance = ownInstance();
    const up = await stackCommand(['up', '--instance', instance], { ...docker.env, ...redisOnly, MALIPO_STACK: stack });
    expect(up).toMatchObject({ code: 0, stderr: '' });
    expect(docker.calls()).toEqual(['']);
  }
});

test('the command line says what it does, what runs, and what is wrong', async () => {
  const instance = ownInstance();
  const env = { MALIPO_STACK: 'native', MALIPO_INSTANCE: instance, NO_COLOR: '1' };
  expect(await stackCommand(['status'], env)).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/mongo +down +-/),
  });
  expect(await stackCommand(['fly'], env)).toMatchObject({ code: 2, stderr: 'error: there is no command fly\n' });
  expect(await stackCommand(['logs', 'oracle'], env)).toMatchObject({
    code: 1,
    stderr: 'error: there is no part oracle; choose mongo, redis or kafka\n',
  });
  expect(await stackCommand(['up', '--instance', 'Not Valid'], env)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: MALIPO_INSTANCE: [^\n]+\n$/),
  });
});
