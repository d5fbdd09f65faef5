import { describe, expect, test } from 'vitest';
import { mergeOpenApi, type OpenApiDocument } from './merge-openapi.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const part = (name: string, path: string, schemas: NonNullable<OpenApiDocument['components']>[string]) => ({
  name,
  document: { paths: { [path]: { get: { responses: { 200: ref('Page') } } } }, components: { schemas } },
});
const merge = (...parts: ReturnType<typeof part>[]) => mergeOpenApi({ openapi: '3.1.0' }, parts, () => true);

describe('merging OpenAPI documents', () => {
  test('components that are alike are shared, whatever the order of their members', () => {
    const merged = merge(
      part('one', '/a', { Page: { type: 'object', title: 'x' } }),
      part('two', '/b', { Page: { title: 'x', type: 'object' } }),
    );
    expect(Object.keys(merged.components?.schemas ?? {})).toEqual(['Page']);
    expect(merged.paths).toEqual({
      '/a': { get: { responses: { 200: ref('Page') } } },
      '/b': { get: { responses: { 200: ref('Page') } } },
    });
  });

  test('components that differ are kept apart, and references follow', () => {
    const merged = merge(
      part('one', '/a', { Page: { type: 'object' } }),
      part('two', '/b', { Page: { type: 'array' } }),
    );
    expect(merged.components?.schemas).toEqual({ Page: { type: 'object' }, TwoPage: { type: 'array' } });
    expect(merged.paths?.['/b']).toEqual({ get: { responses: { 200: ref('TwoPage') } } });
  });

  test('a component that only refers to a differing one is kept apart too', () => {
    const merged = merge(
      part('one', '/a', { Page: { items: ref('Row') }, Row: { type: 'string' } }),
      part('two', '/b', { Page: { items: ref('Row') }, Row: { type: 'number' } }),
    );
    expect(merged.components?.schemas).toEqual({
      Page: { items: ref('Row') },
      Row: { type: 'string' },
      TwoPage: { items: ref('TwoRow') },
      TwoRow: { type: 'number' },
    });
  });

  test('schemas that no path leads to are left out', () => {
    const merged = merge(part('one', '/a', { Page: { items: ref('Row') }, Row: {}, Stray: { items: ref('Row') } }));
    expect(Object.keys(merged.components?.schemas ?? {})).toEqual(['Page', 'Row']);
  });

  test('a path is documented without the slash at its end', () => {
    expect(Object.keys(merge(part('one', '/a/', {}), part('two', '/', {})).paths ?? {})).toEqual(['/', '/a']);
  });

  test('only public paths are kept', () => {
    const merged = mergeOpenApi({}, [part('one', '/internal', {}), part('one', '/a', {})], (path) => path === '/a');
    expect(Object.keys(merged.paths ?? {})).toEqual(['/a']);
  });
});
