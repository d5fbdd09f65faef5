import type { OpenApiDocument } from '../domain/merge-openapi.ts';

const text = (description: string) => ({ schema: { type: 'string' }, description });

/** What the gateway adds to every answer. @see ../http/rate-limits.ts */
const HEADERS = {
  RateLimit: text('requests left in this minute, and seconds until it ends, such as "default";r=599;t=42'),
  'RateLimit-Policy': text('requests that a minute allows, such as "default";q=600;w=60'),
};
const REFERENCES = Object.fromEntries(
  Object.keys(HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

type Responses = { [status: string]: { headers?: object } };
type Operation = { responses?: Responses };

/** Adds the headers of the gateway's rate limits to each answer of a document. */
export function withLimits({ paths = {}, components = {}, ...rest }: OpenApiDocument): OpenApiDocument {
  const limited = mapValues(paths as Record<string, Record<string, Operation>>, (item) =>
    mapValues(item, (operation) => ({
      ...operation,
      responses: mapValues(operation.responses ?? {}, (answer) => ({
        ...answer,
        headers: { ...answer.headers, ...REFERENCES },
      })),
    })),
  );
  return { ...rest, paths: limited, components: { ...components, headers: HEADERS } } as OpenApiDocument;
}

const mapValues = <In, Out>(all: Record<string, In>, map: (one: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, map(one)]));
