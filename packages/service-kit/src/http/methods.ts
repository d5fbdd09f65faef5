import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Which methods a path answers to: for telling a wrong method from a wrong path. */
export type Methods = (request: FastifyRequest) => string[];

/**
 * Notes every route but wildcards, which know no path, and those that are only forwarded. What is secret of a callback's
 * address is a parameter, whatever stands there.
 */
export function knowMethods(app: FastifyInstance): Methods {
  const known = new Map<string, { path: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method, config }) => {
    if (url.includes('*') || config?.forwards) return;
    const route = known.get(url) ?? { path: patternOf(url), methods: new Set() };
    known.set(url, route);
    for (const one of [method].flat()) route.methods.add(one);
  });
  return ({ url }) => {
    const path = url.split('?')[0] ?? '';
    const fitting = [...known.values()].filter((route) => route.path.test(path));
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort();
  };
}

const patternOf = (url: string): RegExp => new RegExp(`^${url.split('/').map(partOf).join('/')}$`);

const partOf = (part: string): string => (part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&'));
