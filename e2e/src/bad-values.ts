/** A value that no field should choke on, and what it is called in a failure. */
export type BadValue = { name: string; value: unknown };

const nested = (depth: number): unknown => {
  let value: unknown = 'x';
  for (let at = 0; at < depth; at++) value = { a: [value] };
  return value;
};

/** Wrong types, injections, absurd numbers and texts; each is put in the place of every field in turn. */
export const BAD_VALUES: readonly BadValue[] = [
  { name: 'null', value: null },
  { name: 'true', value: true },
  { name: 'a text', value: 'nonsense' },
  { name: 'an empty text', value: '' },
  { name: 'an object', value: {} },
  { name: 'a list', value: [] },
  { name: 'zero', value: 0 },
  { name: 'a negative', value: -1 },
  { name: 'a fraction', value: 0.1 + 0.2 },
  { name: 'beyond the safe integers', value: 2 ** 53 },
  { name: 'an absurd number', value: 1e308 },
  { name: 'a number as text', value: '1e3' },
  { name: 'an operator', value: { $gt: '' } },
  { name: 'a prototype', value: JSON.parse('{"__proto__":{"polluted":true}}') },
  { name: 'a constructor', value: { constructor: { prototype: { polluted: true } } } },
  { name: 'a deep one', value: nested(200) },
  { name: 'NUL', value: 'a\u0000b' },
  { name: 'lone surrogates', value: '\ud800x\udfff' },
  { name: 'a direction override', value: '\u202eABC' },
  { name: 'a very long text', value: 'x'.repeat(100_000) },
];

/** Bodies that are wrong as a whole: text as it goes over the wire. */
export const BAD_BODIES: readonly { name: string; body: string | Uint8Array; type?: string }[] = [
  { name: 'no JSON', body: 'hello' },
  { name: 'half a JSON', body: '{"name": "x"' },
  { name: 'single quotes', body: "{'name':'x'}" },
  { name: 'NaN', body: '{"amountCents": NaN}' },
  { name: 'a list', body: '[]' },
  { name: 'a number', body: '42' },
  { name: 'a text', body: '"text"' },
  { name: 'nothing with a type', body: '' },
  { name: 'bytes that are no text', body: new Uint8Array([0xff, 0xfe, 0x00, 0x80]) },
  { name: 'a prototype', body: '{"__proto__":{"polluted":true}}' },
  { name: 'a constructor', body: '{"constructor":{"prototype":{"polluted":true}}}' },
  { name: 'an operator', body: '{"$gt":""}' },
  { name: 'an unknown field', body: '{"noSuchField":1}' },
  { name: 'ten thousand brackets', body: '['.repeat(10_000) + ']'.repeat(10_000) },
  { name: 'two mebibytes', body: `{"name":"${'x'.repeat(2 * 1024 * 1024)}"}` },
  { name: 'a form', body: 'name=x&amount=1', type: 'application/x-www-form-urlencoded' },
  { name: 'XML', body: '<x/>', type: 'application/xml' },
  { name: 'plain text', body: '{"name":"x"}', type: 'text/plain' },
  { name: 'no known type', body: '{}', type: 'nonsense' },
];

/** Of the payments' list, so that there what is wrong lies deeper. */
const LIST = 'payments receivedAt desc';
const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Query values: page sizes, cursors and texts; `*` goes into every parameter. */
export const BAD_QUERIES: readonly { parameter: string; value: string; harmless?: true }[] = [
  ...['0', '-1', '201', '1e9', '1000000000000', '1.5', 'NaN', ''].map((value) => ({ parameter: 'limit', value })),
  ...[
    'x',
    '%00',
    'e30',
    cursor({}),
    cursor(null),
    cursor({ list: LIST, at: 'x', id: 'y' }),
    cursor({ list: LIST, at: 'dnonsense', id: 'y' }),
    cursor({ list: LIST, at: 'd9999999999-01-01', id: 'y' }),
    cursor({ list: LIST, at: '', id: '' }),
    cursor({ list: LIST, at: { $gt: '' }, id: { $gt: '' } }),
    cursor({ list: LIST, at: 'd2026-01-01T00:00:00.000Z', id: 'y', back: 'yes' }),
    cursor({ list: LIST, at: 'd2026-01-01T00:00:00.000Z', id: 'y', $where: '1' }),
  ].map((value) => ({ parameter: 'cursor', value })),
  // looks like one of ours, and is beyond every row
  { parameter: 'cursor', value: cursor({ list: LIST, at: `s${'x'.repeat(99)}`, id: 'y', back: true }), harmless: true },
  ...[
    '',
    '\u0000',
    '\ufffd',
    '{"$gt":""}',
    '-1',
    '1e308',
    'x'.repeat(5_000),
    '.*',
    '(((((',
    '[object Object]',
    '9999-99-99',
  ].map((value) => ({ parameter: '*', value })),
];
