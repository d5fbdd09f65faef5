import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmailControl } from '../email/email.ts';
import type { MpesaControl } from '../mpesa/control.ts';
import type { SmsControl } from '../sms/sms.ts';
import { emailControlRoutes, smsControlRoutes } from './message-control.ts';
import { mpesaControlRoutes } from './mpesa-control.ts';

export interface Controls {
  mpesa: MpesaControl;
  sms: SmsControl;
  email: EmailControl;
}

/** The control API over HTTP, for whoever runs the sandbox as a process of its own. */
export const controlPlugin =
  (controls: Controls) =>
  async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((error, _request, reply) => {
      if (error instanceof z.ZodError) return reply.code(400).send({ error: 'invalid', issues: error.issues });
      if (error instanceof RangeError) return reply.code(422).send({ error: error.message });
      const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
      return reply.code(status).send({ error: error instanceof Error ? error.message : 'unknown' });
    });
    app.get('/settled', async () => {
      await controls.mpesa.settled();
      return { settled: true };
    });
    mpesaControlRoutes(app, controls.mpesa);
    smsControlRoutes(app, controls.sms);
    emailControlRoutes(app, controls.email);
  };
