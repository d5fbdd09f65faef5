import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BAD_BODIES, BAD_QUERIES, BAD_VALUES } from './src/bad-values.ts';
import { type Business, openBusiness } from './src/business.ts';
import { confirmation, confirmationAt, stk, stkAt } from './src/callback-bodies.ts';
import { complaint } from './src/complaint.ts';
import {
  type ApiDocument,
  fieldsOf,
  fill,
  type Operation,
  operationsOf,
  readDocument,
  sample,
  withField,
} from './src/openapi.ts';
import { startPlatform, type TestPlatform } from './src/platform.ts';
import { ask, inParallel } from './src/request.ts';
import { idOf, idsFor, readEverything, type VisibleData } from './src/visible-data.ts';

const WIDTH = 12;

let platform: TestPlatform;
let business: Business;
let document: ApiDocument;
let operations: Operation[];
let data: VisibleData;

beforeAll(async () => {
  platform = await startPlatform();
  business = await openBusiness(platform, 'Sturdy Traders');
  await business.bill(2_000);
  await business.pay({ amount: 500, reference: 'nobody' });
  document = await readDocument(platform.url);
  operations = operationsOf(document);
  data = await readEverything(platform.url, business.token, operations);
});
afterAll(() => platform?.stop());

const pathOf = (operation: Operation): string =>
  fill(operation.path, () => idsFor(data, operation.path)[0] ?? '01890000-0000-7000-8000-000000000001');

const own = (operation: Operation): unknown =>
  operation.body &&
  sample(document, operation.body, { pick: (name, _schema) => (name.endsWith('Id') ? idOf(data, name) : undefined) });

type Case = { name: string; operation: Operation; path: string; body?: unknown; type?: string; mustRefuse: boolean };

async function complaints(cases: readonly Case[]): Promise<string[]> {
  const found: string[] = [];
  await inParallel(cases, WIDTH, async ({ name, operation, path, body, type, mustRefuse }) => {
    const answer = await ask(`${platform.url}${path}`, {
      method: operation.method,
      token: operation.guarded ? business.token : undefined,
      body,
      ...(type ? { headers: { 'content-type': type } } : {}),
    }).catch((error) => ({ status: 599, type: '', text: String(error), json: undefined }));
    const wrong = complaint(answer, mustRefuse);
    if (wrong) found.push(`${operation.name} with ${name}: ${wrong}`);
  });
  return found;
}

async function stillUp(): Promise<void> {
  for (const [name, port] of Object.entries(platform.ports)) {
    if (name === 'sandbox') continue;
    expect((await ask(`http://127.0.0.1:${port}/ready`)).status, name).toBe(200);
  }
  expect(Object.keys({})).not.toContain('polluted');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}

const withBody = () => operations.filter((one) => one.body);

/** Does the documented schema itself refuse it? Then the service must. */
function refusedBy({ body }: Operation): (value: unknown) => boolean {
  const text = JSON.stringify({ ...body, $defs: document.components?.schemas });
  const schema = z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
  return (value) => !schema.safeParse(value).success;
}

describe('a documented route', () => {
  test('refuses a body that is wrong as a whole', async () => {
    const cases = withBody().flatMap((operation) =>
      BAD_BODIES.map(({ name, body, type }) => ({
        name,
        operation,
        path: pathOf(operation),
        body,
        ...(type ? { type } : {}),
        mustRefuse: body !== '',
      })),
    );
    expect(cases.length).toBeGreaterThan(200);
    expect(await complaints(cases)).toEqual([]);
    await stillUp();
  });

  test('refuses whatever its document does, in every field, and never fails', async () => {
    const cases = withBody().flatMap((operation) => {
      const refuses = refusedBy(operation);
      const good = own(operation);
      return fieldsOf(document, operation.body ?? {}).flatMap(({ at }) =>
        BAD_VALUES.map(({ name, value }) => {
          const body = withField(good, at, value);
          return {
            name: `${name} at ${at.join('.')}`,
            operation,
            path: pathOf(operation),
            body,
            mustRefuse: refuses(body),
          };
        }),
      );
    });
    expect(cases.filter((one) => one.mustRefuse).length).toBeGreaterThan(500);
    expect(await complaints(cases)).toEqual([]);
    await stillUp();
  });

  test('refuses unknown fields beside good ones, at any depth', async () => {
    const cases = withBody().flatMap((operation) => {
      const objects = [
        [],
        ...fieldsOf(document, operation.body ?? {})
          .filter(({ schema }) => schema.properties)
          .map(({ at }) => at),
      ];
      return objects.flatMap((at) =>
        ['noSuchField', '$set', '__proto__', 'organisationId', 'version'].map((field) => ({
          name: `${field} in ${at.join('.') || 'the body'}`,
          operation,
          path: pathOf(operation),
          body: withField(own(operation), [...at, field], { x: 1 }),
          mustRefuse: true,
        })),
      );
    });
    expect(await complaints(cases)).toEqual([]);
  });

  test('refuses bad queries, page sizes and cursors, and never fails', async () => {
    const cases = operations
      .filter((one) => one.method === 'GET' && !one.streams)
      .flatMap((operation) =>
        operation.parameters
          .filter((parameter) => parameter.in === 'query')
          .flatMap((parameter) =>
            BAD_QUERIES.filter((bad) => bad.parameter === '*' || bad.parameter === parameter.name).map((bad) => ({
              name: `${parameter.name}=${bad.value.slice(0, 60)}`,
              operation,
              path: `${pathOf(operation)}?${parameter.name}=${encodeURIComponent(bad.value)}`,
              mustRefuse: bad.parameter !== '*' && bad.value !== '' && !bad.harmless,
            })),
          ),
      );
    expect(cases.length).toBeGreaterThan(300);
    expect(await complaints(cases)).toEqual([]);
    await stillUp();
  });

  test('refuses ids that are none', async () => {
    const ids = [
      'x',
      '0',
      '-1',
      '%00',
      '%24gt',
      '{"$gt":""}',
      '__proto__',
      '..%2F..',
      'x'.repeat(150),
      '01890000-0000-7000-8000-00000000000g',
    ];
    const cases = operations
      .filter((one) => one.path.includes('{'))
      .flatMap((operation) =>
        ids.map((id) => ({
          name: `id ${id}`,
          operation,
          path: operation.path.replace(/\{\w+\}/g, id.includes('%') ? id : encodeURIComponent(id)),
          body: own(operation),
          mustRefuse: true,
        })),
      );
    expect(await complaints(cases)).toEqual([]);
  });
});

describe('a provider’s callback', () => {
  const POSTED = ['confirmation', 'stk', 'result', 'timeout', 'pull'] as const;
  test('is answered as the provider expects, whatever it says', async () => {
    const whole = POSTED.flatMap((kind) => BAD_BODIES.map((bad) => ({ ...bad, kind })));
    const fields = BAD_VALUES.flatMap(({ name, value }) => [
      ...confirmationAt.map((path) => ({
        name: `${name} at ${path}`,
        kind: 'confirmation' as const,
        body: JSON.stringify(withField(confirmation, path, value)),
      })),
      ...stkAt.map((path) => ({
        name: `${name} at ${path}`,
        kind: 'stk' as const,
        body: JSON.stringify(withField(stk, path, value)),
      })),
    ]);
    const wrong: string[] = [];
    await inParallel<{ name: string; kind: (typeof POSTED)[number]; body: string | Uint8Array; type?: string }>(
      [...whole, ...fields],
      WIDTH,
      async ({ name, kind, body, type }) => {
        const answer = await ask(business.callbackUrls[kind], {
          method: 'POST',
          body,
          ...(type ? { headers: { 'content-type': type } } : {}),
        });
        const { ResultCode } = (answer.json ?? {}) as { ResultCode?: unknown };
        if (answer.status !== 200 || ResultCode !== 0)
          wrong.push(`${kind} with ${name}: ${answer.status} ${answer.text}`);
      },
    );
    expect(wrong).toEqual([]);
    await stillUp();
  });

  test('validation accepts what it cannot read: no money is turned away', async () => {
    const wrong: string[] = [];
    await inParallel(BAD_BODIES, WIDTH, async ({ name, body, type }) => {
      const answer = await ask(business.callbackUrls.validation, {
        method: 'POST',
        body,
        ...(type ? { headers: { 'content-type': type } } : {}),
      });
      const { ResultCode } = (answer.json ?? {}) as { ResultCode?: unknown };
      if (answer.status !== 200 || ResultCode !== '0') wrong.push(`${name}: ${answer.status} ${answer.text}`);
    });
    expect(wrong).toEqual([]);
  });

  test('that tells of no payment is kept as it came', async () => {
    const kept = await business.api.all<{ kind: string; body: string; bytes: number; count: number }>(
      `/api/v1/payment-channels/${business.channelId}/unreadable-callbacks`,
    );
    for (const { name, body } of BAD_BODIES) {
      const text = typeof body === 'string' ? body : Buffer.from(body).toString();
      const row = kept.find((one) => one.kind === 'c2b' && one.body === text.slice(0, 64 * 1024));
      expect(row, name).toMatchObject({ bytes: Buffer.byteLength(body) });
    }
  });

  test('with absurd amounts or odd receipts makes no payment', async () => {
    const payments = await business.api.all<{ transactionId: string; amountCents: number }>('/api/v1/payments');
    expect(payments.filter((one) => one.amountCents <= 0 || one.amountCents > 100_000_000_000)).toEqual([]);
    expect(payments.filter((one) => !/^[\x21-\x7e]{1,64}$/.test(one.transactionId))).toEqual([]);
  });
});

test('after all that everything still works, also for whoever sent it', async () => {
  const fresh = await openBusiness(platform, 'Fresh Start');
  const bill = await fresh.bill(1_000);
  await fresh.payBill(bill);
  await expect.poll(async () => (await fresh.invoice(bill.id)).status).toBe('paid');
  const { receipt } = await business.pay({ amount: 77, reference: 'still here' });
  await expect.poll(async () => (await business.payments(receipt))[0]?.decision).toEqual(expect.any(String));
});
