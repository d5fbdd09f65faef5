import { z } from 'zod';
import type { RegistrationStore, Registrations } from './registrations.ts';

export const PRODUCTS = ['stk', 'c2b', 'status', 'reversal', 'pull'] as const;
/** An API product of a Daraja app; a token carries those that were enabled when it was issued. */
export type Product = (typeof PRODUCTS)[number];

/** What the organisation's C2B notifications show of the payer's number. */
export const PayerForm = z.enum(['full', 'masked', 'masked_spaced', 'sha256', 'none']);
export type PayerForm = z.infer<typeof PayerForm>;

export const ShortcodeOptions = z.object({
  /** The number customers pay to: a paybill, or a till. */
  shortcode: z.string().regex(/^\d{5,7}$/),
  kind: z.enum(['paybill', 'till']),
  /** A till's store (head office) number: what STK wants as BusinessShortCode. */
  storeNumber: z
    .string()
    .regex(/^\d{5,7}$/)
    .optional(),
  consumerKey: z.string().min(1),
  consumerSecret: z.string().min(1),
  passkey: z.string().min(1),
  /** Without one, the version of the URL registration decides: v1 hashes, v2 masks. */
  payerForm: PayerForm.optional(),
  /** Which name keys the notifications carry. */
  nameKeys: z.enum(['all', 'first_only', 'none']).optional(),
  /** One-shot URL registration, no simulate. */
  production: z.boolean().optional(),
  /** Safaricom calls the validation URL only where it was switched on by request. */
  externalValidation: z.boolean().optional(),
  /** Shown on the prompt; long names make prompts fail with 1025. */
  organisationName: z.string().optional(),
  /** Where the account stands before the first payment. */
  openingBalanceCents: z.int().min(0).optional(),
  /** Receiving more ends in result 8. */
  maxBalanceCents: z.int().positive().optional(),
  /** Charged for each payment in, as a statement row that shares the receipt. */
  chargeCents: z.int().min(0).optional(),
  products: z.array(z.enum(PRODUCTS)).optional(),
  /** Who may ask for Transaction Status and reversals. */
  initiator: z.object({ name: z.string().min(1), password: z.string().min(1) }).optional(),
});
export type ShortcodeOptions = z.infer<typeof ShortcodeOptions>;

export const UrlRegistration = z.object({
  version: z.enum(['v1', 'v2']),
  responseType: z.enum(['Completed', 'Cancelled']),
  confirmationUrl: z.string(),
  validationUrl: z.string(),
});
export type UrlRegistration = z.infer<typeof UrlRegistration>;

/** Read by everyone; changed by the registry alone, which keeps what changed. */
export type Shortcode = Readonly<
  ShortcodeOptions & { organisationName: string; urls?: UrlRegistration | undefined; pullRegistered: boolean }
>;

export interface DarajaApp {
  consumerKey: string;
  consumerSecret: string;
  products: ReadonlySet<Product>;
}

export interface Registry {
  /** Adds or replaces a short code, whose registrations stay; short codes with the same consumer key share one app. */
  add(options: ShortcodeOptions): Shortcode;
  /** By paybill, till or store number. */
  find(number: string): Shortcode | undefined;
  /** @throws {RangeError} for an unknown short code; for the control API */
  get(number: string): Shortcode;
  app(consumerKey: string): DarajaApp | undefined;
  /** By paybill, till or store number; no URLs deletes them. @throws {RangeError} for an unknown short code */
  setUrls(number: string, urls: UrlRegistration | undefined): void;
  /** @throws {RangeError} for an unknown short code */
  registerPull(number: string): void;
  /** Enables or disables a product of a short code's app. @throws {RangeError} for an unknown short code */
  setProduct(number: string, product: Product, isOn: boolean): void;
  /** All short codes, each once. */
  all(): Shortcode[];
}

/** Begins with what the store holds, and keeps every change there. */
export function createRegistry(store: RegistrationStore): Registry {
  const byNumber = new Map<string, Shortcode>();
  const apps = new Map<string, DarajaApp>();
  const put = (shortcode: Shortcode): void => {
    byNumber.set(shortcode.shortcode, shortcode);
    if (shortcode.storeNumber) byNumber.set(shortcode.storeNumber, shortcode);
  };
  const get = (number: string): Shortcode => {
    const shortcode = byNumber.get(number);
    if (!shortcode) throw new RangeError(`no short code ${number}`);
    return shortcode;
  };
  const all = () => [...new Set(byNumber.values())];
  const keep = (): void => store.save(() => registrationsOf(all(), [...apps.values()]));
  const change = (shortcode: Shortcode): void => {
    put(shortcode);
    keep();
  };
  const kept = store.load();
  for (const shortcode of kept.shortcodes) put(named(shortcode, shortcode));
  for (const app of kept.apps) apps.set(app.consumerKey, { ...app, products: new Set(app.products) });
  return {
    get,
    all,
    find: (number) => byNumber.get(number),
    app: (consumerKey) => apps.get(consumerKey),
    add(options) {
      const shortcode = named(options, byNumber.get(options.shortcode) ?? { pullRegistered: false });
      const { consumerKey, consumerSecret } = options;
      const products = new Set([...(apps.get(consumerKey)?.products ?? []), ...(options.products ?? PRODUCTS)]);
      apps.set(consumerKey, { consumerKey, consumerSecret, products });
      change(shortcode);
      return shortcode;
    },
    setUrls: (number, urls) => change({ ...get(number), urls }),
    registerPull: (number) => change({ ...get(number), pullRegistered: true }),
    setProduct(number, product, isOn) {
      const app = apps.get(get(number).consumerKey);
      if (!app) return;
      const products = new Set(app.products);
      if (isOn) products.add(product);
      else products.delete(product);
      apps.set(app.consumerKey, { ...app, products });
      keep();
    },
  };
}

const named = (options: ShortcodeOptions, rest: Pick<Shortcode, 'urls' | 'pullRegistered'>): Shortcode => ({
  ...options,
  organisationName: options.organisationName ?? `ORG ${options.shortcode}`,
  urls: rest.urls,
  pullRegistered: rest.pullRegistered,
});

const registrationsOf = (shortcodes: readonly Shortcode[], apps: readonly DarajaApp[]): Registrations => ({
  shortcodes: [...shortcodes],
  apps: apps.map((app) => ({ ...app, products: [...app.products] })),
});
