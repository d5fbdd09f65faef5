import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Which methods a path answers to: for telling a wrong method from a wrong path. */
export type Methods = {
  of(request: FastifyRequest): string[];
  /** Is the path written out for other methods alone? */
  isForOthers(request: FastifyRequest): boolean;
};

/**
 * Notes every route but wildcards, which know no path, and those that are only forwarded. What is secret of a callback's
 * address is a parameter, whatever stands there. What is written out is no parameter of another path: `bulk` is no id.
 */
export function knowMethods(app: FastifyInstance): Methods {
  const known = new Map<string, { path: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method, config }) => {
    if (url.includes('*') || config?.forwards) return;
    const route = known.get(url) ?? { path: patternOf(url), methods: new Set() };
    known.set(url, route);
    for (const one of [method].flat()) route.methods.add(one);
  });
  return {
    of({ url }) {
      const path = pathOf(url);
      const written = known.get(path);
      const fitting = written ? [written] : [...known.values()].filter((route) => route.path.test(path));
      return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort();
    },
    isForOthers: ({ url, method }) => known.get(pathOf(url))?.methods.has(method) === false,
  };
}

/** Answers 405 where a path is written out for other methods alone, and would be taken for another with a parameter. */
export function refuseOtherMethods(app: FastifyInstance, methods: Methods): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404 || !methods.isForOthers(request)) return done();
    reply.callNotFound();
  });
}

/** A path, without what is asked of it. */
const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

const patternOf = (url: string): RegExp => new RegExp(`^${url.split('/').map(partOf).join('/')}$`);

const partOf = (part: string): string => (part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&'));
