type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

/** As much of an OpenAPI document as merging needs to know. */
export type OpenApiDocument = JsonObject & { paths?: JsonObject; components?: { [kind: string]: JsonObject } };

export type Part = { name: string; document: OpenApiDocument };

const REFERENCE = '#/components/';

/**
 * One document for the whole platform. Components that two services define alike are shared; those that differ, and
 * whatever refers to them, get the later service's name in front. Schemas that nothing refers to are left out.
 * @param keep which paths belong to the public API
 */
export function mergeOpenApi(
  frame: JsonObject,
  parts: readonly Part[],
  keep: (path: string, part: string) => boolean,
): OpenApiDocument {
  const paths: JsonObject = {};
  const components: { [kind: string]: JsonObject } = {};
  for (const { name, document } of parts) {
    const own = document.components ?? {};
    const renamed = collisions(own, components);
    const rename = (reference: string) => renamedReference(reference, renamed, name);
    for (const [path, item] of Object.entries(document.paths ?? {}))
      if (keep(path, name)) paths[withoutSlash(path)] ??= rewrite(item, rename);
    for (const [kind, defined] of Object.entries(own)) {
      components[kind] ??= {};
      for (const [id, schema] of Object.entries(defined)) {
        const target = renamed.has(`${kind}/${id}`) ? prefixed(name, id) : id;
        components[kind][target] = rewrite(schema, rename);
      }
    }
  }
  return { ...frame, paths: sorted(paths), components: inUse(components, paths) };
}

/** A route at the root of its prefix answers with and without it; partners know the one without. */
const withoutSlash = (path: string): string => path.replace(/(?<=.)\/$/, '');

const prefixed = (part: string, id: string): string => `${part[0]?.toUpperCase()}${part.slice(1)}${id}`;

/** Components that clash with one already there by shape, or by what they refer to: found until nothing is added. */
function collisions(own: { [kind: string]: JsonObject }, taken: { [kind: string]: JsonObject }): Set<string> {
  const clashing = new Set<string>();
  const mine = Object.entries(own).flatMap(([kind, defined]) =>
    Object.entries(defined).map(([id, schema]) => ({ key: `${kind}/${id}`, schema, other: taken[kind]?.[id] })),
  );
  for (const { key, schema, other } of mine)
    if (other !== undefined && canonical(schema) !== canonical(other)) clashing.add(key);
  for (let before = -1; before !== clashing.size; ) {
    before = clashing.size;
    for (const { key, schema, other } of mine) if (other !== undefined && refersTo(schema, clashing)) clashing.add(key);
  }
  return clashing;
}

/** Without the schemas that no path leads to. */
function inUse(components: { [kind: string]: JsonObject }, paths: JsonObject): { [kind: string]: JsonObject } {
  const { schemas = {}, ...others } = components;
  const used: JsonObject = {};
  const visit = (value: Json): void => {
    rewrite(value, (reference) => {
      const id = reference.slice(`${REFERENCE}schemas/`.length);
      const schema = schemas[id];
      if (schema !== undefined && !(id in used)) {
        used[id] = schema;
        visit(schema);
      }
      return reference;
    });
  };
  visit(paths);
  visit(others);
  return { ...others, schemas: sorted(used) };
}

function renamedReference(reference: string, renamed: ReadonlySet<string>, part: string): string {
  if (!reference.startsWith(REFERENCE)) return reference;
  const key = reference.slice(REFERENCE.length);
  const [kind, id = ''] = key.split('/');
  return renamed.has(key) ? `${REFERENCE}${kind}/${prefixed(part, id)}` : reference;
}

function refersTo(value: Json, keys: ReadonlySet<string>): boolean {
  let found = false;
  rewrite(value, (reference) => {
    found ||= keys.has(reference.slice(REFERENCE.length));
    return reference;
  });
  return found;
}

/** A copy in which every `$ref` went through `rename`. */
function rewrite(value: Json, rename: (reference: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, rename));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === '$ref' && typeof inner === 'string' ? rename(inner) : rewrite(inner, rename),
    ]),
  );
}

const sorted = (record: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The same for equal values, whatever the order of their members. */
const canonical = (value: Json): string =>
  JSON.stringify(value, (_name, inner: Json) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? sorted(inner) : inner,
  );
