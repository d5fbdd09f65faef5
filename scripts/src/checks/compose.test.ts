// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how compose writes an interpolation
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sandboxSettings } from '@malipo/provider-sandbox';
import { baseConfig } from '@malipo/service-kit';
import { BROKER_SETTINGS, MONGO_SETTINGS } from '@malipo/test-kit/stack';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { NODE_FLAGS } from '../platform/processes.ts';
import { loadServices, serviceNames } from '../platform/services.ts';
import { composeProblems, type Program } from './compose.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const text = readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8');

const programs: Record<string, Program> = {
  ...Object.fromEntries(
    (await loadServices()).map(({ name, config }) => [name, { settings: { ...baseConfig, ...config } }]),
  ),
  'provider-sandbox': { settings: sandboxSettings },
};
const problems = (changed = text) =>
  composeProblems(parse(changed, { merge: true }), programs, (file) => existsSync(path.join(ROOT, file)));

/** The file with one thing changed; the change must change something. */
function planted(from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${from} is not in docker-compose.yml`);
  return changed;
}

test('every service of the repository is one of the programs', () => {
  const folders = readdirSync(path.join(ROOT, 'services')).filter(
    (name) => existsSync(path.join(ROOT, 'services', name, 'src/main.ts')) && !name.startsWith('zz-'),
  );
  expect(serviceNames.toSorted()).toEqual(folders.sort());
});

describe('docker-compose.yml', () => {
  test('gives every program what it needs, and nothing that it does not know', () => {
    expect(problems()).toEqual([]);
  });

  test.each([
    [
      'an unknown variable',
      'MALIPO_SPOOL_DIR:',
      'MALIPO_SPOOL_DIRECTORY:',
      'payment: MALIPO_SPOOL_DIRECTORY is no setting of payment',
    ],
    [
      'a setting of another service',
      '      MALIPO_SIGNING_KEY:\n',
      '      MALIPO_SIGNING_KEY:\n      MALIPO_SECRET_KEY:\n',
      'identity: MALIPO_SECRET_KEY is no setting of identity',
    ],
    [
      'a required setting left out',
      '      MALIPO_SMS_CALLBACK_SECRET:\n',
      '',
      'notification: MALIPO_SMS_CALLBACK_SECRET is required and not given',
    ],
    [
      'a wrong value',
      'MALIPO_PAYMENT_URL: http://payment:8083',
      'MALIPO_PAYMENT_URL: payment',
      /^gateway: MALIPO_PAYMENT_URL: /,
    ],
    ['a missing service', 'SERVICE: analytics', 'SERVICE: invoice', 'analytics has no container'],
    [
      'a service that does not exist',
      'SERVICE: analytics',
      'SERVICE: expenses',
      'analytics: nobody knows the program expenses',
    ],
    [
      'a port for the whole network',
      '"127.0.0.1:${MALIPO_PORT:-8080}:8080"',
      '"${MALIPO_PORT:-8080}:8080"',
      /^services\.gateway\.ports\.0: .*127\.0\.0\.1/,
    ],
    [
      'a dependency that does not exist',
      'depends_on: { payment:',
      'depends_on: { payments:',
      'provider-sandbox: there is no payments to depend on',
    ],
    [
      'a network of nobody',
      'service:notification',
      'service:messages',
      'message-sandbox: there is no messages to depend on',
    ],
    ['a volume that is not made', 'payment-spool:/var', 'spool:/var', 'payment: there is no volume spool'],
    [
      'an unknown key',
      '    network_mode: service:payment',
      '    networkmode: service:payment',
      /^services\.provider-sandbox: .*networkmode/,
    ],
    [
      'a container without a health check',
      /\n {4}healthcheck: [^\n]*"8086"[^\n]*/,
      '',
      /^services\.analytics\.healthcheck: /,
    ],
    [
      'another Dockerfile',
      'dockerfile: deploy/Dockerfile',
      'dockerfile: Dockerfile',
      'invoice: there is no Dockerfile',
    ],
    [
      'an unknown interpolation',
      '${MALIPO_TRACE_URL:-}',
      '${MALIPO_TRACES:-}',
      '${MALIPO_TRACES} is no setting of anything',
    ],
    [
      'an interpolation without a default',
      '${MALIPO_LOG_LEVEL:-info}',
      '${MALIPO_LOG_LEVEL:?}',
      /^\$\{MALIPO_LOG_LEVEL\} needs a default/,
    ],
    ['a CPU weight that is none', 'cpu_shares: 128', 'cpu_shares: 0', /^services\.notification\.cpu_shares: /],
    ['an image of any version', 'image: redis:6.2', 'image: redis', /^services\.redis\.image: .*version/],
  ])('is refused with %s', (_what, from, to, problem) => {
    expect(problems(planted(from, to))).toContainEqual(
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    );
  });
});

describe('the servers in containers are told the same as those of the native stack', () => {
  const { services } = parse(text, { merge: true }) as {
    services: { mongo: { command: string[] }; kafka: { environment: Record<string, string | number> } };
  };

  test('MongoDB', () => {
    const { command } = services.mongo;
    const from = command.indexOf(MONGO_SETTINGS[0] ?? '');
    expect(command.slice(from)).toEqual(MONGO_SETTINGS);
  });

  test.each(Object.entries(BROKER_SETTINGS))('Kafka: %s', (name, value) => {
    expect(String(services.kafka.environment[`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`])).toBe(String(value));
  });
});

describe('deploy/Dockerfile', () => {
  const dockerfile = readFileSync(path.join(ROOT, 'deploy/Dockerfile'), 'utf8');
  const stages = dockerfile.split(/^FROM /m).slice(1);

  test('builds the service that SERVICE names, in every stage', () => {
    for (const stage of stages) expect(stage).toMatch(/^ARG SERVICE$/m);
    expect(dockerfile).toMatch(/\$\{SERVICE\}\.\.\./);
    expect(dockerfile).toMatch(/^ARG FOLDER=services\/\$\{SERVICE\}$/m);
  });

  test('copies only what is there and what .dockerignore lets through', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, all = '']) => all.split(' '));
    expect(sources.length).toBeGreaterThan(3);
    const ignore = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n');
    for (const source of sources) {
      expect(existsSync(path.join(ROOT, source)), source).toBe(true);
      expect(ignore, `.dockerignore lets ${source} through`).toContain(`!${source}`);
    }
  });

  test('runs on the Node that the workspace runs on, and not as root', () => {
    const catalog = parse(readFileSync(path.join(ROOT, 'pnpm-workspace.yaml'), 'utf8')).catalog as { node: string };
    for (const stage of stages) expect(stage.startsWith(`node:${catalog.node}-`)).toBe(true);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  });

  test('runs a service with the flags that it is run with outside a container', () => {
    const [, command = ''] = /^CMD (.+)$/m.exec(dockerfile) ?? [];
    expect(JSON.parse(command)).toEqual(['node', ...NODE_FLAGS, 'src/main.ts']);
  });
});
