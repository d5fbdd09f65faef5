import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Fault } from '../faults.ts';
import type { MpesaControl } from '../mpesa/control.ts';
import { Forgery } from '../mpesa/forge.ts';
import { DeliveryPolicy } from '../mpesa/notify.ts';
import { PaymentInput } from '../mpesa/pay.ts';
import { PayerBehaviour, StkOutcome } from '../mpesa/payers.ts';
import { PortalCsvOptions } from '../mpesa/portal-csv.ts';
import { ResultStyle } from '../mpesa/result.ts';
import { PRODUCTS, ShortcodeOptions } from '../mpesa/shortcodes.ts';
import { done } from './answers.ts';

const ShortcodePath = z.object({ shortcode: z.string() });
const ProductPath = z.object({ shortcode: z.string(), product: z.enum(PRODUCTS) });
const Answer = z.object({ outcome: StkOutcome.exclude(['hold']) });
const Release = z.object({ order: z.enum(['in_order', 'reversed', 'shuffled']).optional() }).default({});

/** `/_control/mpesa/…`: the code control API, call by call. */
export function mpesaControlRoutes(app: FastifyInstance, mpesa: MpesaControl): void {
  shortcodeRoutes(app, mpesa);
  paymentRoutes(app, mpesa);
  payerRoutes(app, mpesa);
  networkRoutes(app, mpesa);
}

function shortcodeRoutes(app: FastifyInstance, mpesa: MpesaControl): void {
  app.post('/mpesa/shortcodes', async ({ body }) => done(mpesa.addShortcode(ShortcodeOptions.parse(body))));
  app.delete('/mpesa/shortcodes/:shortcode/urls', async ({ params }) =>
    done(mpesa.deleteUrls(ShortcodePath.parse(params).shortcode)),
  );
  app.put('/mpesa/shortcodes/:shortcode/products/:product', async ({ params }) => {
    const { shortcode, product } = ProductPath.parse(params);
    return done(mpesa.enableProduct(shortcode, product));
  });
  app.delete('/mpesa/shortcodes/:shortcode/products/:product', async ({ params }) => {
    const { shortcode, product } = ProductPath.parse(params);
    return done(mpesa.disableProduct(shortcode, product));
  });
  app.get('/mpesa/shortcodes/:shortcode/balance', async ({ params }) => ({
    balanceCents: mpesa.balanceCents(ShortcodePath.parse(params).shortcode),
  }));
  app.get('/mpesa/shortcodes/:shortcode/statement', async ({ params, query }) => {
    const { all } = z.object({ all: z.stringbool().default(false) }).parse(query);
    return mpesa.statement(ShortcodePath.parse(params).shortcode, { all });
  });
  app.get('/mpesa/shortcodes/:shortcode/statement.csv', async ({ params, query }, reply) => {
    const { shortcode } = ShortcodePath.parse(params);
    reply.header('content-disposition', `attachment; filename="ORG_${shortcode}_Statement.csv"`);
    return reply.type('text/csv; charset=utf-8').send(mpesa.portalCsv(shortcode, PortalCsvOptions.parse(query)));
  });
}

function paymentRoutes(app: FastifyInstance, mpesa: MpesaControl): void {
  app.post('/mpesa/payments', async ({ body }) => mpesa.pay(PaymentInput.parse(body)));
  app.post('/mpesa/payments/bulk', async ({ body }) => mpesa.payMany(z.array(PaymentInput).parse(body)));
  app.post<{ Params: { receipt: string } }>('/mpesa/payments/:receipt/redeliver', async ({ params }) =>
    mpesa.redeliver(params.receipt),
  );
  app.post('/mpesa/forgeries', async ({ body }) => mpesa.forge(Forgery.parse(body)));
  app.post('/mpesa/release', async ({ body }) => ({ released: await mpesa.release(Release.parse(body ?? {}).order) }));
}

function payerRoutes(app: FastifyInstance, mpesa: MpesaControl): void {
  app.put('/mpesa/payers', async ({ body }) => done(mpesa.everyone(PayerBehaviour.parse(body))));
  app.put<{ Params: { phone: string } }>('/mpesa/payers/:phone', async ({ params, body }) => {
    mpesa.payer(params.phone).behave(PayerBehaviour.parse(body));
    return done();
  });
  app.post<{ Params: { phone: string } }>('/mpesa/payers/:phone/next', async ({ params, body }) => {
    mpesa.payer(params.phone).next(PayerBehaviour.parse(body));
    return done();
  });
  app.get('/mpesa/pushes', async () => mpesa.pushes());
  app.post<{ Params: { id: string } }>('/mpesa/pushes/:id/answer', async ({ params, body }) =>
    done(await mpesa.answerPush(params.id, Answer.parse(body).outcome)),
  );
}

function networkRoutes(app: FastifyInstance, mpesa: MpesaControl): void {
  app.put('/mpesa/delivery-policy', async ({ body }) => done(mpesa.deliveryPolicy(DeliveryPolicy.parse(body))));
  app.put('/mpesa/result-style', async ({ body }) => done(mpesa.resultStyle(ResultStyle.parse(body))));
  app.get('/mpesa/results', async () => mpesa.results());
  app.get('/mpesa/certificate', async (_request, reply) =>
    reply.type('application/x-pem-file').send(await mpesa.certificate()),
  );
  app.post('/mpesa/tokens/expire', async ({ body }) => {
    const { consumerKey } = z.object({ consumerKey: z.string().optional() }).parse(body ?? {});
    return done(mpesa.expireTokens(consumerKey));
  });
  app.post('/mpesa/faults', async ({ body }) => done(mpesa.fault(Fault.parse(body))));
  app.delete('/mpesa/faults', async () => done(mpesa.clearFaults()));
}
