import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Codes, codesOf } from './codes.ts';
import { headersOfError, headersOfSuccess } from './openapi-headers.ts';
import { operationId } from './operation-id.ts';
import { Problem } from './problem.ts';

type Describing = Parameters<typeof jsonSchemaTransform>[0];
type Finishing = Parameters<typeof jsonSchemaTransformObject>[0];
type Config = {
  public?: boolean;
  credentials?: boolean;
  roles?: readonly unknown[];
  idempotent?: unknown;
  tagged?: boolean;
  located?: boolean;
  refers?: boolean;
  codes?: Codes;
};
type Answers = Record<string, object>;
type Headers = { properties?: Record<string, unknown> };
type Query = { properties?: Record<string, Record<string, unknown>> };
type Body = { anyOf?: unknown[]; type?: unknown; required?: unknown[]; minProperties?: number };
type Operation = { requestBody?: { required?: boolean; content: Record<string, { schema?: Body }> } };

const MEANING = {
  400: 'The request cannot be read, or is not valid; each field is named',
  401: 'No access token or other credentials, or such that do not hold',
  403: 'The caller’s role does not allow it',
  404: 'There is no such thing in the caller’s organisation, or it names one that is not there',
  409: 'Conflict with the current state',
  412: 'Changed in the meantime: none of the tags in If-Match is the current one; read it again',
  413: 'The body is too large',
  415: 'The body is no uncompressed JSON',
  422: 'The request breaks a rule; a field that does is named',
  429: 'Too many requests; Retry-After says when to go on',
  503: 'A part of the platform is out of reach; try again after Retry-After',
  default: 'Any other error',
} as const;

/** What an answer means that is no error. */
const SUCCESS: Record<string, string> = { 200: 'Done', 201: 'Made', 202: 'Taken on, and done by and by' };

const IDEMPOTENCY_KEY = {
  'Idempotency-Key': {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    description: 'the same key and body get the first answer again, for 48 hours, and nothing is done twice',
  },
};

/** Adds to a route's own description what the kit does for every route: its errors, headers and `Idempotency-Key`. */
export function describeRoute(input: Describing): ReturnType<typeof jsonSchemaTransform> {
  const { schema, url } = jsonSchemaTransform(input);
  if (!schema || schema.hide) return { schema, url };
  const { config = {}, method } = input.route as { config?: Config; method: string | string[] };
  const headers = schema.headers as Headers | undefined;
  const takes = {
    params: !!schema.params,
    input: !!(schema.body ?? schema.querystring),
    body: !!schema.body,
    ifMatch: headers?.properties?.['if-match'] !== undefined,
    cursor: (schema.querystring as Headers | undefined)?.properties?.['cursor'] !== undefined,
    idempotent: !!config.idempotent,
    writes: method !== 'GET',
  };
  const answers = (schema.response as Answers | undefined) ?? { 200: { type: 'null', description: 'Done' } };
  const body = schema.body && { ...schema.body, ...examplesOf(input.schema?.body) };
  const described = {
    operationId: operationId(String(method), url),
    ...schema,
    ...(config.public ? { security: [] } : {}),
    ...(body ? { body } : {}),
    ...(schema.querystring ? { querystring: withoutBlanks(schema.querystring as Query) } : {}),
    response: {
      ...withWords(answers, headersOfSuccess({ ...config, ...takes })),
      ...problems(config, takes),
    },
    ...(config.idempotent ? { headers: withIdempotencyKey(headers) } : {}),
  };
  return { schema: described, url };
}

/** What is blank in a query is refused. @see queries.ts */
const withoutBlanks = ({ properties = {}, ...query }: Query): Query => ({
  ...query,
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, isAnyText(field) ? { ...field, pattern: '\\S' } : field]),
  ),
});

const isAnyText = (field: Record<string, unknown>): boolean =>
  field['type'] === 'string' && !['enum', 'const', 'format', 'pattern'].some((form) => form in field);

/** Examples are of what comes in; zod leaves them out where a field is turned into something else. */
const examplesOf = (body: unknown): { examples?: unknown } => {
  const examples = body instanceof z.ZodType ? body.meta()?.['examples'] : undefined;
  return examples ? { examples } : {};
};

type Takes = Record<'params' | 'input' | 'body' | 'ifMatch' | 'cursor' | 'idempotent' | 'writes', boolean>;

const withWords = (answers: Answers, headers: object): Answers =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => {
      const words = ('description' in schema && schema.description) || SUCCESS[status] || 'Done';
      return [
        status,
        {
          // a named schema keeps the one, any other the other
          ...('$ref' in schema ? { description: words } : { 'x-response-description': words }),
          ...schema,
          ...(Object.keys(headers).length > 0 ? { headers } : {}),
        },
      ];
    }),
  );

const withIdempotencyKey = (headers: Headers | undefined) => ({
  type: 'object',
  ...headers,
  properties: { ...headers?.properties, ...IDEMPOTENCY_KEY },
});

function problems(config: Config, takes: Takes) {
  const codes = codesOf(config.codes, takes);
  const named: { readonly [status: string]: readonly string[] } = codes;
  const may: Record<keyof typeof MEANING, boolean> = {
    400: takes.params || takes.input,
    401: !config.public || config.credentials === true,
    403: config.roles !== undefined,
    404: takes.params || config.refers === true,
    409: codes[409].length > 0,
    412: takes.ifMatch,
    413: takes.body,
    415: takes.body,
    422: codes[422].length > 0,
    429: true,
    503: true,
    default: true,
  };
  return Object.fromEntries(
    Object.entries(MEANING)
      .filter(([status]) => may[status as keyof typeof may])
      .map(([status, description]) => [
        status,
        {
          description: withCodes(description, named[status]),
          ...headersOfError(status, takes),
          content: { 'application/problem+json': { schema: { $ref: `#/components/schemas/${PROBLEM}` } } },
        },
      ]),
  );
}

const withCodes = (meaning: string, codes: readonly string[] = []): string =>
  codes.length > 0 ? `${meaning}. \`code\` is ${codes.map((code) => `\`${code}\``).join(', ')}` : meaning;

const PROBLEM = Problem.meta()?.id;

/** A body that may be null may be left out, as may one of a POST that may be an empty object. */
export function finishDocument(input: Finishing): ReturnType<typeof jsonSchemaTransformObject> {
  const document = jsonSchemaTransformObject(input);
  for (const item of Object.values((document.paths ?? {}) as Record<string, Record<string, Operation>>))
    for (const [method, { requestBody }] of Object.entries(item)) {
      const schemas = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => schema ?? []);
      if (requestBody && schemas.some((schema) => mayBeNull(schema) || (method === 'post' && mayBeEmpty(schema))))
        requestBody.required = false;
    }
  return document;
}

const mayBeNull = ({ anyOf = [] }: Body): boolean => anyOf.some((one) => (one as { type?: unknown }).type === 'null');

const mayBeEmpty = ({ type, required = [], minProperties = 0 }: Body): boolean =>
  type === 'object' && required.length === 0 && minProperties === 0;
