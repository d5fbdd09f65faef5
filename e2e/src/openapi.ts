import { vi } from 'vitest';
import { ask } from './request.ts';

export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  minItems?: number;
  default?: unknown;
  additionalProperties?: unknown;
};

export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema };

/** A documented route. */
export type Operation = {
  /** `GET /api/v1/customers/{id}` */
  name: string;
  method: string;
  path: string;
  /** Needs an access token. */
  guarded: boolean;
  parameters: Parameter[];
  body: Schema | undefined;
  /** Never ends by itself. */
  streams: boolean;
};

export type ApiDocument = {
  paths: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Record<string, Schema> };
  'x-unavailable'?: string[];
};
type RawOperation = {
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema: Schema }> };
  responses?: Record<string, unknown>;
};

const PATIENCE = { timeout: 40_000, interval: 100 };

/** The platform's document once every service stands in it: the gateway leaves out who does not answer in time. */
export const readDocument = (url: string): Promise<ApiDocument> =>
  vi.waitFor(async () => {
    const document = (await ask(`${url}/api/openapi.json`)).json as ApiDocument;
    if (document['x-unavailable']) throw new Error(`undocumented: ${document['x-unavailable'].join(', ')}`);
    return document;
  }, PATIENCE);

export const operationsOf = (document: ApiDocument): Operation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      guarded: (raw.security ?? []).length > 0,
      parameters: raw.parameters ?? [],
      body: raw.requestBody?.content?.['application/json']?.schema,
      streams: path.endsWith('/stream'),
    })),
  );

/** Every word that the document lists as one of a field's values: it says nothing of anybody. */
export function vocabularyOf(document: ApiDocument): Set<unknown> {
  const words = new Set<unknown>();
  JSON.stringify(document, (key, value: unknown) => {
    if (key === 'enum' && Array.isArray(value)) for (const word of value) words.add(word);
    return value;
  });
  return words;
}

/** The schema behind a reference. */
export function resolved(document: ApiDocument, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name ? resolved(document, document.components?.schemas?.[name] ?? {}) : schema;
}

/** Is a field or parameter of this name and schema somebody's id? */
export const isId = (name: string, schema: Schema): boolean =>
  schema.format === 'uuid' || (/(^id|Id)$/.test(name) && schema.type === 'string');

/** What a test would rather have in a field than the sampler's own idea, and which optional fields it wants. */
export type Taste = { pick?: (name: string, schema: Schema) => unknown; wants?: (schema: Schema) => boolean };

/** A value that a schema accepts, with every optional field filled in unless told otherwise. */
export function sample(document: ApiDocument, schema: Schema, taste: Taste = {}, name = ''): unknown {
  const here = resolved(document, schema);
  const picked = taste.pick?.(name, here);
  if (picked !== undefined) return picked;
  const choice = here.anyOf ?? here.oneOf;
  if (choice) return sample(document, choice[0] ?? {}, taste, name);
  if (here.const !== undefined) return here.const;
  if (here.enum) return here.enum[0];
  const type = Array.isArray(here.type) ? here.type[0] : here.type;
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(here.properties ?? {})
        .filter(([key, inner]) => here.required?.includes(key) || (taste.wants?.(inner) ?? true))
        .map(([key, inner]) => [key, sample(document, inner, taste, key)]),
    );
  if (type === 'array') return [sample(document, here.items ?? {}, taste, name)];
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number') return 100;
  return text(name, here);
}

const FORMATS: Record<string, string> = {
  uuid: '01890000-0000-7000-8000-000000000001',
  email: 'someone@example.co.ke',
  date: '2026-12-31',
  'date-time': '2026-12-31T09:00:00Z',
  uri: 'https://example.co.ke/',
};

/** Text that domain rules beyond the schema accept too, going by the field's name. */
function text(name: string, schema: Schema): string {
  if (schema.format && FORMATS[schema.format]) return FORMATS[schema.format] ?? '';
  if (/phone|pullNumber/i.test(name)) return '254712345678';
  if (/shortcode|storeNumber/i.test(name)) return '612345';
  if (/currency/i.test(name)) return 'KES';
  if (/kraPin/i.test(name)) return 'A123456789Z';
  if (/password/i.test(name)) return 'A long 1 enough';
  return 'Sample12'.padEnd(schema.minLength ?? 0, '2');
}

/** Every field of a body, at any depth: its path, its name and its schema. */
export function fieldsOf(document: ApiDocument, schema: Schema, at: string[] = []): { at: string[]; schema: Schema }[] {
  const here = resolved(document, schema);
  const choice = (here.anyOf ?? here.oneOf ?? here.allOf)?.map((one) => resolved(document, one)) ?? [];
  const nested = choice.find((one) => one.type === 'object' || one.type === 'array');
  if (nested) return fieldsOf(document, nested, at);
  if (here.type === 'array') return [{ at, schema: here }, ...fieldsOf(document, here.items ?? {}, [...at, '0'])];
  if (here.type !== 'object') return at.length > 0 ? [{ at, schema: here }] : [];
  const own = at.length > 0 ? [{ at, schema: here }] : [];
  return [
    ...own,
    ...Object.entries(here.properties ?? {}).flatMap(([name, inner]) => fieldsOf(document, inner, [...at, name])),
  ];
}

/** A copy of a JSON value in which one field is another one. */
export function withField(value: unknown, at: readonly string[], replacement: unknown): unknown {
  const [head, ...rest] = at;
  if (head === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === head ? withField(item, rest, replacement) : item));
  const record = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const copy = Object.fromEntries(Object.entries(record));
  return Object.defineProperty(copy, head, {
    value: withField(record[head], rest, replacement),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** The path with its parameters filled in. */
export const fill = (path: string, value: (name: string) => string): string =>
  path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(value(name)));
