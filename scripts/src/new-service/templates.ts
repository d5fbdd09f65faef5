import { settingPrefix } from '../platform/environment.ts';

/** The files of a new service, by path. Everything technical is the kit's, so there is little to write. */
export function skeleton(name: string, port: number): Record<string, string> {
  const constant = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const prefix = settingPrefix(name);
  const path = `/api/v1/${name}`;
  return {
    'package.json': `${JSON.stringify(manifest(name), null, 2)}\n`,
    'README.md': readme(name, prefix, port),
    'src/main.ts': `import { run } from '@malipo/service-kit';\nimport { ${constant} } from './service.ts';\n\nawait run(${constant});\n`,
    'src/config.ts': `import { portSetting } from '@malipo/service-kit';\n\n/** Settings of its own, besides the kit's. */\nexport const config = { ${prefix}_PORT: portSetting(${port}) };\n`,
    'src/service.ts': `import { defineService } from '@malipo/service-kit';
import { config } from './config.ts';
import { statusRoutes } from './http/status.ts';

/** What this service owns, in one sentence. */
export const ${constant} = defineService({
  name: '${name}',
  config,
  port: '${prefix}_PORT',
  migrations: [],
  topics: [],
  deps: (base) => base,
  routes: statusRoutes,
});
`,
    'src/http/status.ts': `import { type App, type Base, typed } from '@malipo/service-kit';
import { z } from 'zod';

/** Its first route: who is asking. Replace it by what the service is for. */
export function statusRoutes(app: App, _deps: Base): void {
  const schema = {
    tags: ['${name}'],
    summary: 'Is it there?',
    security: [{ bearer: [] }],
    response: { 200: z.object({ organisationId: z.uuid() }) },
  };
  const path = '${path}/status';
  typed(app).get(path, { schema }, async ({ caller }) => ({ organisationId: caller.organisationId }));
}
`,
    'test/service.test.ts': test(constant, prefix, path),
  };
}

const manifest = (name: string) => ({
  name: `@malipo/${name}`,
  version: '0.1.0',
  private: true,
  type: 'module',
  exports: { '.': './src/service.ts' },
  dependencies: {
    '@malipo/api-contracts': 'workspace:*',
    '@malipo/events': 'workspace:*',
    '@malipo/service-kit': 'workspace:*',
    '@malipo/values': 'workspace:*',
    zod: 'catalog:',
  },
  devDependencies: { '@malipo/test-kit': 'workspace:*' },
});

const readme = (name: string, prefix: string, port: number) => `# ${name}

What it owns: …

| | |
| --- | --- |
| events in | none yet |
| events out | none yet |
| routes | \`GET /api/v1/${name}/status\` |
| environment | \`${prefix}_PORT\` (${port}), and the kit's |

Run it alone with reload, against a stack that is up: \`./scripts/dev ${name}\`, once it is one of the services in
\`scripts/src/platform/services.ts\`.
`;

const test = (constant: string, prefix: string, path: string) =>
  `import { type Running, startService } from '@malipo/service-kit';
import { createSlice, testKeys } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ${constant} } from '../src/service.ts';

const slice = createSlice();
let keys: Awaited<ReturnType<typeof testKeys>>;
let running: Running;

beforeAll(async () => {
  keys = await testKeys();
  const env = slice.env({ MALIPO_JWKS_URL: keys.jwksUrl, ${prefix}_PORT: '0' });
  running = await startService(${constant}, { env });
});
afterAll(async () => {
  await running.stop();
  await keys.close();
  await slice.drop();
});

test('it is ready', async () => {
  await expect.poll(() => running.ready()).toBe(true);
});

test('a signed-in caller is known by organisation', async () => {
  const organisationId = '01890000-0000-7000-8000-000000000001';
  const headers = { authorization: \`Bearer \${await keys.tokenFor({ organisationId })}\` };
  const answer = await running.app.inject({ url: '${path}/status', headers });
  expect([answer.statusCode, answer.json()]).toEqual([200, { organisationId }]);
});

test('without a token it answers 401 as problem+json', async () => {
  const answer = await running.app.inject('${path}/status');
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([401, 'application/problem+json']);
});
`;
