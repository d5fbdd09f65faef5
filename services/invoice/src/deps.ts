import type { Base } from '@malipo/service-kit';
import type { z } from 'zod';
import type { config } from './config.ts';
import { createCounterStore } from './store/counters.ts';
import { createCustomerStore } from './store/customers.ts';
import { createInvoiceStore } from './store/invoices.ts';

type Config = z.output<z.ZodObject<typeof config>>;

/** The stores, over the kit's connection. */
export const createDeps = (base: Base<Config>) => ({
  ...base,
  customers: createCustomerStore(base.mongo.db),
  invoices: createInvoiceStore(base.mongo.db),
  counters: createCounterStore(base.mongo.db),
});

export type Deps = ReturnType<typeof createDeps>;
