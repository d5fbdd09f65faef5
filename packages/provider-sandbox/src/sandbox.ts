import fastify, { type FastifyInstance } from 'fastify';
import { createBackground } from './background.ts';
import { controlPlugin } from './control/control-routes.ts';
import { createDeliverer } from './deliver.ts';
import { createEmail, type EmailControl } from './email/email.ts';
import { createMpesaContext, type MpesaContext } from './mpesa/context.ts';
import { createMpesaControl, type MpesaControl } from './mpesa/control.ts';
import { errorEnvelope } from './mpesa/errors.ts';
import { darajaNotFound, mpesaPlugin } from './mpesa/gateway.ts';
import { resolveSettings, type SandboxOptions } from './options.ts';
import { createRandom } from './random.ts';
import { createSms, type SmsControl } from './sms/sms.ts';

export interface Sandbox {
  /** `http://127.0.0.1:<port>`: the base URL of every provider here. */
  url: string;
  mpesa: MpesaControl;
  sms: SmsControl;
  email: EmailControl;
  /** Stops listening, drops what is due and waits for what is under way. */
  close(): Promise<void>;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Starts the providers on one loopback port.
 * @throws {RangeError} for any other host: whoever reaches the control routes makes payments
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0 } = options;
  if (!LOOPBACK.has(host)) throw new RangeError(`the sandbox binds to loopback only, not to ${host}`);
  const settings = resolveSettings(options);
  const random = createRandom(options.seed);
  const background = createBackground();
  const deliverer = createDeliverer(settings.deliveryConcurrency);
  const deps = { settings, random, background, deliverer };
  const ctx = createMpesaContext(deps);
  const sms = createSms(deps);
  const email = createEmail(deps);
  const mpesa = createMpesaControl(ctx);

  const app = fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT_BYTES });
  app.get('/health', async () => ({ status: 'ok' }));
  await app.register(mpesaPlugin(ctx));
  await app.register(sms.plugin);
  await app.register(email.plugin);
  await app.register(controlPlugin({ mpesa, sms: sms.control, email: email.control }), { prefix: '/_control' });
  answerUnknownPaths(app, ctx);
  const url = await app.listen({ host, port });
  const close = async (): Promise<void> => {
    background.close();
    deliverer.close();
    await app.close();
    await background.settled();
  };
  return { url, mpesa, sms: sms.control, email: email.control, close };
}

function answerUnknownPaths(app: FastifyInstance, ctx: MpesaContext): void {
  app.setNotFoundHandler((request, reply) => {
    const error = darajaNotFound(app, ctx, request);
    if (!error) return reply.code(404).send({ error: 'not_found' });
    return reply.code(error.status).send(errorEnvelope(error.requestId ?? '', error.errorCode, error.message));
  });
}
