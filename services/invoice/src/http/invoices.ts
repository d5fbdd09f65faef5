import { ChangeInvoice, CreateInvoice, InvoiceFilter, InvoiceView, VoidInvoice } from '@malipo/api-contracts';
import {
  type App,
  causeOf,
  etagOf,
  IfMatch,
  NotFoundError,
  PageOf,
  PageQuery,
  type TypedApp,
  typed,
  versionCheck,
} from '@malipo/service-kit';
import { eatDay } from '@malipo/values';
import { z } from 'zod';
import { createInvoice } from '../commands/create-invoice.ts';
import { changeInvoice, issueInvoice, voidInvoice } from '../commands/move-invoice.ts';
import type { Deps } from '../deps.ts';
import type { Invoice } from '../domain/invoice.ts';
import type { InvoiceSearch } from '../store/invoices.ts';
import { invoiceView, lineTerms } from './views.ts';

const PATH = '/api/v1/invoices';
const described = { tags: ['invoices'], security: [{ bearer: [] }] };
const params = z.object({ id: z.uuid() });
const writers = { roles: ['admin', 'bookkeeper'] as const };

const OF_TERMS = ['customer_unknown', 'discount_too_large', 'total_too_large'];
const OF_ISSUED = ['invoice_without_amount', 'billed_too_much'];
const CODES = {
  create: { 409: ['number_taken'], 422: OF_TERMS },
  change: { 409: ['number_taken', 'invoice_issued', 'invoice_closed'], 422: [...OF_TERMS, ...OF_ISSUED] },
  issue: { 409: ['invoice_closed'], 422: OF_ISSUED },
  void: { 409: ['invoice_not_issued', 'invoice_paid', 'invoice_closed'] },
};

/** Invoices: create, find, read, change, issue, void. */
export const invoiceRoutes = (deps: Deps) => async (app: App) => {
  const routes = typed(app);
  create(routes, deps);
  read(routes, deps);
  change(routes, deps);
  issueAndVoid(routes, deps);
};

function create(routes: TypedApp, deps: Deps): void {
  routes.post(
    PATH,
    {
      config: { ...writers, idempotent: true, tagged: true, located: true, codes: CODES.create },
      schema: { ...described, summary: 'Draft an invoice', body: CreateInvoice, response: { 201: InvoiceView } },
    },
    async (request, reply) => {
      const { lines, ...terms } = request.body;
      const { organisationId } = request.caller;
      const invoice = await createInvoice(deps, organisationId, { ...terms, lines: lines.map(lineTerms) });
      reply.status(201).header('location', `${PATH}/${invoice.id}`);
      return answer(deps, reply, invoice);
    },
  );
}

function read(routes: TypedApp, deps: Deps): void {
  routes.get(
    PATH,
    {
      schema: {
        ...described,
        summary: 'List invoices, newest first',
        querystring: PageQuery.extend(InvoiceFilter.shape),
        response: { 200: PageOf(InvoiceView) },
      },
    },
    ({ caller, query }) => {
      const today = eatDay(deps.now());
      return deps.invoices.list(caller.organisationId, searchOf(query, today), query, (row) => invoiceView(row, today));
    },
  );
  routes.get(
    `${PATH}/:id`,
    {
      config: { tagged: true },
      schema: { ...described, summary: 'Read an invoice', params, response: { 200: InvoiceView } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const loaded = await deps.invoices.load(request.caller.organisationId, id);
      if (!loaded) throw new NotFoundError('invoice_not_found', `there is no invoice ${id}`);
      return answer(deps, reply, loaded);
    },
  );
}

function change(routes: TypedApp, deps: Deps): void {
  routes.patch(
    `${PATH}/:id`,
    {
      config: { ...writers, codes: CODES.change },
      schema: {
        ...described,
        summary: 'Change an invoice: a draft in everything, an issued one in due date, lines and notes',
        params,
        headers: IfMatch,
        body: ChangeInvoice,
        response: { 200: InvoiceView },
      },
    },
    async (request, reply) => {
      const { lines, ...terms } = request.body;
      const input = { ...terms, ...(lines ? { lines: lines.map(lineTerms) } : {}) };
      const which = { organisationId: request.caller.organisationId, id: request.params.id };
      const check = versionCheck(request.headers['if-match']);
      return answer(deps, reply, await changeInvoice(deps, which, input, check, causeOf(request)));
    },
  );
}

function issueAndVoid(routes: TypedApp, deps: Deps): void {
  const schema = { ...described, params, headers: IfMatch, response: { 200: InvoiceView } };
  routes.post(
    `${PATH}/:id/issue`,
    {
      config: { ...writers, idempotent: true, codes: CODES.issue },
      schema: { ...schema, summary: 'Issue an invoice; again is harmless' },
    },
    async (request, reply) => {
      const which = { organisationId: request.caller.organisationId, id: request.params.id };
      const check = versionCheck(request.headers['if-match']);
      return answer(deps, reply, await issueInvoice(deps, which, check, causeOf(request)));
    },
  );
  routes.post(
    `${PATH}/:id/void`,
    {
      config: { ...writers, idempotent: true, codes: CODES.void },
      schema: { ...schema, summary: 'Void an invoice; money applied to it is matched again', body: VoidInvoice },
    },
    async (request, reply) => {
      const which = { organisationId: request.caller.organisationId, id: request.params.id };
      const check = versionCheck(request.headers['if-match']);
      const reason = request.body?.reason ?? null;
      return answer(deps, reply, await voidInvoice(deps, which, reason, check, causeOf(request)));
    },
  );
}

function answer(deps: Deps, reply: { header(name: string, value: string): unknown }, invoice: Invoice): InvoiceView {
  reply.header('etag', etagOf(invoice.version));
  return invoiceView(invoice, eatDay(deps.now()));
}

/** `overdue` is open and due before today, and before `dueBefore` too where both are asked for. */
function searchOf({ status, dueBefore, ...rest }: InvoiceFilter, today: string): InvoiceSearch {
  if (status !== 'overdue') return { ...rest, dueBefore, ...(status ? { statuses: [status] } : {}) };
  const limit = dueBefore && dueBefore < today ? dueBefore : today;
  return { ...rest, statuses: ['issued', 'partially_paid'], dueBefore: limit };
}
