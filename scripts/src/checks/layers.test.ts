import { beforeAll, describe, expect, test } from 'vitest';
import { lintAsIf, type Refusal } from './layers.ts';

const PURE = "The domain is pure: values, its neighbours and the kit's errors only.";
const NO_SERVICE = 'No service is imported by another; they speak through events.';
const KIT_CONNECTS = 'Only the service kit opens connections or reads the process.';
const BY_NAME = 'Import another package by its name, never by a path into it.';
const NO_BUSINESS = 'The kit knows no business word.';

const DOMAIN = 'services/invoice/src/domain';
const COMMANDS = 'services/invoice/src/commands';
const uses = (from: string) => `import { x } from '${from}';\n\nexport const y = x;\n`;

/** What somebody might write one day, where, and what the linter must answer. */
type Plant = [what: string, file: string, text: string, message: string | RegExp];

const PLANTED: readonly Plant[] = [
  ['a domain file imports the kit', `${DOMAIN}/kit.ts`, uses('@malipo/service-kit'), PURE],
  ['a domain file imports a store', `${DOMAIN}/store.ts`, uses('../store/invoices.ts'), PURE],
  ['a domain file below another imports a store', `${DOMAIN}/plan/store.ts`, uses('../../store/invoices.ts'), PURE],
  ['a domain file imports a command', `${DOMAIN}/command.ts`, uses('../commands/issue-invoice.ts'), PURE],
  ['a domain file imports a route', `${DOMAIN}/route.ts`, uses('../http/invoices.ts'), PURE],
  ['a domain file imports what is built once', `${DOMAIN}/deps.ts`, uses('../deps.ts'), PURE],
  ['a domain file reads files', `${DOMAIN}/files.ts`, uses('node:fs'), PURE],
  ['a domain file imports a contract', `${DOMAIN}/contract.ts`, uses('@malipo/events'), PURE],
  ['a domain file reaches into another package', `${DOMAIN}/reach.ts`, uses('../../../payment/src/domain/x.ts'), PURE],
  ['a domain file reads the process', `${DOMAIN}/process.ts`, 'export const y = process.pid;\n', /process/],
  ['a domain file asks the network', `${DOMAIN}/fetch.ts`, "export const y = () => fetch('/');\n", /fetch/],
  ['the matching engine imports the kit', 'packages/matching/src/kit.ts', uses('@malipo/service-kit'), PURE],
  ['values import a driver', 'packages/values/src/driver.ts', uses('mongodb'), PURE],
  ...['gateway', 'identity', 'payment', 'reconciliation', 'notification', 'analytics'].map(
    (service): Plant => [
      `a service imports ${service}`,
      `${COMMANDS}/uses-${service}.ts`,
      uses(`@malipo/${service}`),
      NO_SERVICE,
    ],
  ),
  ['a service imports the invoice service', 'services/payment/src/commands/i.ts', uses('@malipo/invoice'), NO_SERVICE],
  ['a service imports a file of another', `${COMMANDS}/deep.ts`, uses('@malipo/payment/src/deps.ts'), NO_SERVICE],
  ['the kit imports a service', 'packages/service-kit/src/service-of.ts', uses('@malipo/invoice'), NO_SERVICE],
  ...['mongodb', '@platformatic/kafka', 'ioredis', 'node:process', 'process'].map(
    (part): Plant => [
      `a service imports ${part}`,
      `${COMMANDS}/${part.replace(/\W/g, '-')}.ts`,
      uses(part),
      KIT_CONNECTS,
    ],
  ),
  ['a service re-exports a driver', `${COMMANDS}/again.ts`, "export { MongoClient } from 'mongodb';\n", KIT_CONNECTS],
  [
    'a service loads a driver late',
    `${COMMANDS}/late.ts`,
    "export const y = () => import('@platformatic/kafka');\n",
    KIT_CONNECTS,
  ],
  ['a service test opens a connection', 'services/invoice/test/own.test.ts', uses('mongodb'), KIT_CONNECTS],
  ['a service reads the environment', `${COMMANDS}/env.ts`, "export const y = process.env['X'];\n", /process\.env/],
  [
    'the kit reads the environment',
    'packages/service-kit/src/env.ts',
    "export const y = process.env['X'];\n",
    /process\.env/,
  ],
  ['the kit imports the events', 'packages/service-kit/src/events.ts', uses('@malipo/events'), NO_BUSINESS],
  ['the kit imports the contracts', 'packages/service-kit/src/api.ts', uses('@malipo/api-contracts'), NO_BUSINESS],
  ['a service reaches into another', `${COMMANDS}/reach.ts`, uses('../../../payment/src/config.ts'), BY_NAME],
  [
    'a service reaches into a package',
    `${COMMANDS}/values.ts`,
    uses('../../../../packages/values/src/money.ts'),
    BY_NAME,
  ],
  [
    'a test reaches into another service',
    'services/invoice/test/r.test.ts',
    uses('../../payment/src/deps.ts'),
    BY_NAME,
  ],
  ['a script reaches into a service', 'scripts/src/reach.ts', uses('../../services/payment/src/deps.ts'), BY_NAME],
  ['a journey reaches into a script', 'e2e/reach.test.ts', uses('../scripts/src/terminal.ts'), BY_NAME],
  ['anything is `any`', `${COMMANDS}/any.ts`, 'export const y = (x: any) => x;\n', /any/],
  ['a service prints', `${COMMANDS}/print.ts`, "console.log('x');\n", /console/],
  ['an import is not used', `${COMMANDS}/unused.ts`, "import { x } from './y.ts';\n\nexport const y = 1;\n", /unused/],
  [
    'a value is sworn to be there',
    `${COMMANDS}/sworn.ts`,
    'export const y = (x?: string) => x!.length;\n',
    /non-null/i,
  ],
];

/** What must go through. */
const FINE: Readonly<Record<string, string>> = {
  [`${DOMAIN}/fine.ts`]:
    "import { formatMoney } from '@malipo/values';\nimport { InvalidError } from '@malipo/service-kit/errors';\nimport { total } from './total.ts';\n\nexport const y = { formatMoney, InvalidError, total };\n",
  [`${DOMAIN}/plan/fine.ts`]: uses('../total.ts'),
  [`${DOMAIN}/fine.test.ts`]:
    "import { expect, test } from 'vitest';\nimport { y } from './fine.ts';\n\ntest('y', () => expect(y).toBe(1));\n",
  [`${COMMANDS}/fine.ts`]:
    "import { run } from '@malipo/service-kit';\nimport { total } from '../domain/total.ts';\n\nexport const y = { run, total };\n",
  'services/invoice/test/fine.test.ts': uses('../src/service.ts'),
  'packages/service-kit/src/fine.ts': uses('mongodb'),
  'packages/matching/src/keys/fine.ts': uses('../text/fold.ts'),
  'scripts/src/fine.ts':
    "import { payment } from '@malipo/payment';\n\nexport const y = [payment, process.env['X']];\n",
};

describe('the layers, as the linter keeps them', () => {
  let refusals: Refusal[];
  beforeAll(async () => {
    const planted = Object.fromEntries(PLANTED.map(([, file, text]) => [file, text]));
    refusals = await lintAsIf({ ...planted, ...FINE });
  }, 30_000);

  test.each(PLANTED)('refused: %s', (_what, file, _text, message) => {
    const about = refusals.filter((refusal) => refusal.file === file).map((refusal) => refusal.message);
    expect(about).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  test.each(Object.keys(FINE))('goes through: %s', (file) => {
    expect(refusals.filter((refusal) => refusal.file === file)).toEqual([]);
  });
});
