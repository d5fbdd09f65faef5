import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { localSettings } from '@malipo/scripts/platform/settings';
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { type Ended, ROOT, type RunningScript, runScript, startScript } from './src/run-script.ts';

const own = `cmd-${process.pid}`;
const DEMO_MS = 240_000;
const ESCAPE = String.fromCharCode(27);

const forget = (instance: string) =>
  Promise.all(
    [instance, `${instance}.lock`, `demo-${instance}.log`].map((name) =>
      rm(path.join(ROOT, '.malipo', name), { recursive: true, force: true }),
    ),
  );

/** Processes whose command line or environment names the instance: what a command left running. */
const leftOvers = (instance: string): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
    .filter((command) => command.includes(`.malipo/${instance}`));

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const portsIn = (text: string): number[] => [
  ...new Set([...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port))),
];

describe('./scripts/demo --once', () => {
  let ended: Ended;

  test('shows payers paying, ends with 0, and sums it up in its last line', { timeout: DEMO_MS }, async () => {
    const kept = { MALIPO_SPOOL_DIR: path.join(ROOT, '.malipo', `${own}-spool`) };
    ended = await runScript('demo', ['--once'], { MALIPO_INSTANCE: own, ...kept });
    const lines = ended.stdout.trimEnd().split('\n');
    const summary = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
    expect(summary, ended.stdout + ended.stderr).toMatchObject({ lost: 0, ledgerBalanced: true });
    expect(Object.keys(summary)).toEqual([
      'payments',
      'auto',
      'review',
      'unmatched',
      'duplicates',
      'lost',
      'ledgerBalanced',
      'seconds',
    ]);
    expect(summary['payments']).toBeGreaterThanOrEqual(10);
    expect(summary['duplicates']).toBeGreaterThanOrEqual(2);
    const [, log = ''] = /warnings of the services: (\S+)/.exec(ended.stdout) ?? [];
    expect(existsSync(path.join(ROOT, log)), log).toBe(true);
    const { payments, auto, review, unmatched } = summary as Record<string, number>;
    expect((auto ?? 0) + (review ?? 0) + (unmatched ?? 0)).toBe(payments);
    expect(unmatched).toBeGreaterThanOrEqual(1);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  });

  test('says what became of each payment and why, and where to look', () => {
    const { stdout } = ended;
    for (const story of [/STK/, /part/i, /over/i, /two invoices/i, /till/i, /three times/i, /never came/i, /nobody/i])
      expect(stdout).toMatch(story);
    expect(stdout).not.toContain('✗');
    expect(stdout).toMatch(/\/api\/docs/);
    expect(stdout).toMatch(/\/metrics/);
    expect(stdout).toMatch(/balanced/);
    expect(stdout).toMatch(/auth\/login: \{"email":".+","password":".+"\}/);
    expect(stdout).toMatch(/curl http\S+_control\/mpesa\/payments /);
  });

  test('has no log lines of services between its own', () => {
    expect(
      ended.stdout
        .trimEnd()
        .split('\n')
        .filter((line) => line.startsWith('{')),
    ).toHaveLength(1);
  });

  test('writes no colour codes where there is no terminal', () => {
    expect(ended.stdout + ended.stderr).not.toContain(ESCAPE);
  });

  test('leaves nothing running and nobody listening', async () => {
    expect(leftOvers(own)).toEqual([]);
    const ports = portsIn(ended.stdout);
    expect(ports.length).toBeGreaterThan(0);
    expect((await Promise.all(ports.map(answers))).filter(Boolean)).toEqual([]);
  });

  test('neither reads nor writes what the instance of its name keeps', () => {
    expect(readdirSync(path.join(ROOT, '.malipo')).filter((name) => name.startsWith(own))).toEqual([]);
  });

  test('broken off does not end as if all had been well', { timeout: DEMO_MS }, async () => {
    const running = startScript('demo', ['--once'], { MALIPO_INSTANCE: own });
    onTestFinished(() => void running.child.kill('SIGKILL'));
    await expect.poll(() => running.output(), { timeout: 120_000 }).toContain('✓ a business');
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([143, '']);
    expect(leftOvers(own)).toEqual([]);
  });

  afterAll(() => forget(own));
});

describe('./scripts/stack', () => {
  const instance = `${own}-stack`;
  const stack = (...args: string[]) => runScript('stack', args, { MALIPO_INSTANCE: instance });
  afterAll(async () => {
    await stack('down', '--wipe');
    await forget(instance);
  });

  test('comes up, is shown, tells its log, and refuses ports that another has', {
    timeout: 180_000,
  }, async () => {
    const up = await stack('up');
    expect([up.code, up.stderr]).toEqual([0, '']);
    const mongoPort = portsIn(up.stdout)[0] ?? 0;
    expect(await answers(mongoPort)).toBe(true);

    const status = await stack('status');
    expect(status.code).toBe(0);
    for (const part of ['mongo', 'redis', 'kafka']) expect(status.stdout).toMatch(new RegExp(`${part} +up +\\S+:\\d+`));

    const logs = await stack('logs', 'redis');
    expect([logs.code, logs.stdout]).toEqual([0, expect.stringMatching(/ready to accept connections/i)]);

    const other = `${own}-other`;
    const busy = await runScript('stack', ['up'], { MALIPO_INSTANCE: other, MALIPO_MONGO_PORT: String(mongoPort) });
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringMatching(ownerOf(mongoPort, 'mongod'))]);
    expect(leftOvers(other)).toEqual([]);
    await forget(other);

    const again = await stack('up');
    expect([again.code, portsIn(again.stdout)]).toEqual([0, portsIn(up.stdout)]);
  });

  test('./scripts/dev runs a service on ports and files of the instance, and keeps the stack from going down', {
    timeout: 120_000,
  }, async () => {
    const dev = startScript('dev', ['payment'], { MALIPO_INSTANCE: instance });
    onTestFinished(() => void dev.child.kill('SIGTERM'));
    await expect.poll(() => dev.output(), { timeout: 60_000 }).toContain('serving payment');
    const port = localSettings({ MALIPO_INSTANCE: instance }).ports.payment;
    expect([await answers(port), existsSync(path.join(ROOT, '.malipo', instance, 'spool'))]).toEqual([true, true]);

    const second = await runScript('dev', ['payment'], { MALIPO_INSTANCE: instance });
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(`^error: port ${port}, which payment needs, is taken by pid \\d+ \\(.*node.*\n$`),
      ),
    ]);

    const down = await stack('down');
    expect([down.code, down.stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^error: ${instance} is in use by pid ${dev.child.pid} \\(.*--force\n$`)),
    ]);
    expect((await stack('status')).code).toBe(0);
    dev.child.kill('SIGTERM');
    await dev.ended;
    expect(await answers(port)).toBe(false);
  });

  test('goes down when nobody works with it', async () => {
    const [mongoPort = 0] = portsIn((await stack('status')).stdout);
    const down = await stack('down');
    expect(down.code).toBe(0);
    expect((await stack('status')).code).toBe(3);
    expect(leftOvers(instance)).toEqual([]);
    expect([mongoPort > 0, await answers(mongoPort)]).toEqual([true, false]);
  });

  test('says in one line what it does not understand', async () => {
    const wrong = await stack('sideways');
    expect([wrong.code, wrong.stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(wrong.stderr).toContain('sideways');
  });
});

/** `port 27117 for MongoDB is in use by pid 4711 (…mongod…); stop it, or set MALIPO_MONGO_PORT`. */
const ownerOf = (port: number, program: string): RegExp =>
  new RegExp(`port ${port} .*pid \\d+ \\(.*${program}.*MALIPO_MONGO_PORT`);

describe('./scripts/start', () => {
  const instance = `${own}-start`;
  let first: RunningScript | undefined;
  afterAll(async () => {
    // a failed test must not leave a platform running
    first?.child.kill('SIGINT');
    await first?.ended;
    await forget(instance);
  });

  test('serves until it is told to stop; a second one on its ports is told who has them', {
    timeout: DEMO_MS,
  }, async () => {
    const running = startScript('start', [], { MALIPO_INSTANCE: instance });
    first = running;
    let over = false;
    void running.ended.then(() => {
      over = true;
    });
    const isThere = () => over || running.output().includes('Running until Ctrl-C');
    await expect.poll(isThere, { timeout: 120_000, interval: 200 }).toBe(true);
    expect(running.output()).toContain('Running until Ctrl-C');
    const url = /http:\/\/127\.0\.0\.1:(\d+)\/api\/v1/.exec(running.output());
    const port = Number(url?.[1]);
    expect((await fetch(`http://127.0.0.1:${port}/api/openapi.json`)).status).toBe(200);

    const second = await runScript('start', [], { MALIPO_INSTANCE: `${own}-second`, MALIPO_PORT: String(port) });
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining(`port ${port}`)]);
    expect(second.stderr).toMatch(/pid \d+/);
    expect(second.stderr).toMatch(/MALIPO_PORT/);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);

    running.child.kill('SIGINT');
    const { code } = await running.ended;
    expect(code).toBe(0);
    expect(leftOvers(instance)).toEqual([]);
    expect([await answers(port), existsSync(path.join(ROOT, '.malipo', `${own}-second`, 'state.json'))]).toEqual([
      false,
      false,
    ]);
  });
});

describe('./scripts/dead-letters', () => {
  const deadLetters = (...args: string[]) =>
    runScript('dead-letters', args, {
      MALIPO_INSTANCE: `${own}-none`,
      MALIPO_MONGO_URL: inject('stack').mongoUrl,
      MALIPO_KAFKA_BROKERS: inject('stack').kafkaBrokers.join(','),
      MALIPO_KAFKA_PREFIX: `${own}.`,
    });

  test('needs to know MongoDB and Kafka, and nothing else', async () => {
    const listed = await deadLetters('list', '--service', 'invoice');
    expect(listed).toEqual({ code: 0, stdout: 'no message waits in the dead letters\n', stderr: '' });
  });

  test.each(['list', 'replay'])('%s refuses a service that there is not', async (command) => {
    const wrong = await deadLetters(command, '--service', 'invioce');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/^error: .*'invioce'.* invoice, .*\n$/)]);
  });
});
