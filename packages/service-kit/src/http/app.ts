import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import underPressure from '@fastify/under-pressure';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { UnavailableError } from '../errors.ts';
import type { Cause } from '../event.ts';
import type { Sealer } from '../sealed.ts';
import type { Base } from '../service.ts';
import type { Caller, Role } from './auth.ts';
import { letGoOnClose, turnAwayOnClose } from './closing.ts';
import type { Codes } from './codes.ts';
import { nameFaultsPlainly } from './field-errors.ts';
import { refuseUnclearHosts } from './hosts.ts';
import { idempotency } from './idempotency.ts';
import { validatorCompiler } from './ids.ts';
import { knowMethods, refuseOtherMethods } from './methods.ts';
import { refuseNeedlessBodies } from './needless-bodies.ts';
import { describeRoute, finishDocument } from './openapi.ts';
import { operations, type Readiness } from './operations.ts';
import { originForm } from './origin-form.ts';
import { notFoundHandler, problemHandler } from './problem.ts';
import { refuseUnknownQueries } from './queries.ts';
import { checkTokens, type RefusalHook } from './tokens.ts';
import { traceRequests } from './trace-requests.ts';
import { answerUnparsable, answerUnroutable, readBodies } from './unreadable.ts';
import { refuseUnsupported } from './unsupported.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No token needed. */
    public?: boolean;
    /** Public, and takes credentials in its body: its 401 is part of the document. */
    credentials?: boolean;
    /** Roles that may call it besides the owner; without it any signed-in user may. */
    roles?: readonly Role[];
    /** Honours `Idempotency-Key`; given a sealer, for answers that hold secrets, they are kept sealed with it. */
    idempotent?: boolean | Sealer;
    /** Answers with the version as `ETag`, which `If-Match` of another route takes; those that take it say so by themselves. */
    tagged?: boolean;
    /** Answers with the path of what it made as `Location`. */
    located?: boolean;
    /** Names other things in its body, and is 404 where one of them is not there. */
    refers?: boolean;
    /** By which codes its own rules refuse, by status; those of the kit (versions, keys, cursors) are added. */
    codes?: Codes;
    /** A provider's callback: never shed by pressure. */
    callback?: boolean;
    /** For operations: never shed by pressure either. */
    probe?: boolean;
    /** Leads to another service, which alone knows what methods the path has. */
    forwards?: boolean;
  }
  interface FastifyRequest {
    /** Set on every route that is not public. */
    caller: Caller;
    traceparent: string;
    /** The log has it already why this request fails. */
    isFailureTold: boolean;
  }
  interface FastifyInstance {
    readiness: Readiness;
    /** Adds what is done before a request is refused with 401; by throwing it refuses it otherwise. */
    beforeRefusal(hook: RefusalHook): void;
  }
}

export type App = FastifyInstance;
export type HttpRequest = FastifyRequest;
/** An app whose handlers are typed by their zod schemas. */
export type TypedApp = ReturnType<typeof typed>;

/** Types a route plugin's handlers by their zod schemas. */
export const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

const BODY_LIMIT = 1024 * 1024;

/**
 * The HTTP app that every service has: zod both ways without coercion, problem+json, request ids, token check on every
 * route that is not marked public, load shedding, OpenAPI, `/health`, `/ready`, `/metrics`. It does not listen.
 * @param showsState whether `/ready` and `/metrics` are there
 */
export async function createHttpApp(name: string, base: Base, showsState = true): Promise<FastifyInstance> {
  const app = Fastify(serverOptions(base));
  nameFaultsPlainly();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(problemHandler);
  const methods = knowMethods(app);
  app.setNotFoundHandler(notFoundHandler(methods));
  app.decorateRequest('caller');
  app.decorateRequest('traceparent', '');
  app.decorateRequest('isFailureTold', false);
  traceRequests(app, base); // first: what is turned away by those that follow is traced and counted too
  await app.register(helmet, { contentSecurityPolicy: false });
  await app.register(underPressure, { maxEventLoopDelay: 2_000, exposeStatusRoute: false, pressureHandler: shed });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Malipo ${name}`, version: '1' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: describeRoute,
    transformObject: finishDocument,
  });
  letGoOnClose(app);
  turnAwayOnClose(app);
  readBodies(app);
  readNoBodyAsEmpty(app);
  refuseUnknownQueries(app);
  refuseNeedlessBodies(app);
  refuseUnclearHosts(app);
  refuseUnsupported(app);
  refuseOtherMethods(app, methods);
  checkTokens(app, base);
  await operations(app, base, showsState);
  idempotency(app, base);
  return app;
}

const serverOptions = (base: Base): FastifyHttpOptions<Server> => ({
  loggerInstance: base.log as FastifyBaseLogger,
  logController: new LogController({ disableRequestLogging: true }),
  bodyLimit: BODY_LIMIT,
  rewriteUrl: ({ url = '' }) => originForm(url),
  http: { requireHostHeader: false }, // see `refuseUnclearHosts`, which says so in words
  genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
  trustProxy: base.config.MALIPO_TRUST_PROXY.length > 0 ? base.config.MALIPO_TRUST_PROXY : false,
  forceCloseConnections: 'idle',
  return503OnClosing: false, // see `turnAwayOnClose`: a callback is still taken
  requestTimeout: 30_000,
  routerOptions: { maxParamLength: 200 },
  frameworkErrors: answerUnroutable(base),
  clientErrorHandler: answerUnparsable(base),
  childLoggerFactory: (logger) => logger, // lines name the request themselves; a child per request costs more than its route
});

/** A POST without a body is one with an empty object: a missing field is then named, and none may be missing. */
function readNoBodyAsEmpty(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body == null && request.routeOptions.schema?.body) request.body = {};
    done();
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id that the gateway (or a partner) gave the request, where it is a UUID, so that one request has one id everywhere. */
const requestIdOf = (given: unknown): string => (typeof given === 'string' && UUID.test(given) ? given : randomUUID());

function shed(request: FastifyRequest): void {
  const { callback, probe } = request.routeOptions.config;
  if (callback || probe) return;
  throw new UnavailableError('overloaded', 'too much work at once; try again shortly');
}

/** The cause that a request hands on to the events it leads to. */
export const causeOf = (request: HttpRequest): Cause => ({
  correlationId: request.id,
  causationId: request.id,
  traceparent: request.traceparent,
});
