import { z } from 'zod';

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

export interface UrlRegistration {
  version: 'v1' | 'v2';
  responseType: 'Completed' | 'Cancelled';
  confirmationUrl: string;
  validationUrl: string;
}

export interface Shortcode extends ShortcodeOptions {
  organisationName: string;
  urls?: UrlRegistration | undefined;
  pullRegistered: boolean;
}

export interface DarajaApp {
  consumerKey: string;
  consumerSecret: string;
  products: Set<Product>;
}

export interface Registry {
  /** Adds or replaces a short code; short codes with the same consumer key share one app. */
  add(options: ShortcodeOptions): Shortcode;
  /** By paybill, till or store number. */
  find(number: string): Shortcode | undefined;
  /** @throws {RangeError} for an unknown short code; for the control API */
  get(number: string): Shortcode;
  app(consumerKey: string): DarajaApp | undefined;
}

export function createRegistry(): Registry {
  const byNumber = new Map<string, Shortcode>();
  const apps = new Map<string, DarajaApp>();
  const add = (options: ShortcodeOptions): Shortcode => {
    const organisationName = options.organisationName ?? `ORG ${options.shortcode}`;
    const shortcode = { ...options, organisationName, pullRegistered: false };
    byNumber.set(options.shortcode, shortcode);
    if (options.storeNumber) byNumber.set(options.storeNumber, shortcode);
    const { consumerKey, consumerSecret } = options;
    const products = new Set([...(apps.get(consumerKey)?.products ?? []), ...(options.products ?? PRODUCTS)]);
    apps.set(consumerKey, { consumerKey, consumerSecret, products });
    return shortcode;
  };
  const get = (number: string): Shortcode => {
    const shortcode = byNumber.get(number);
    if (!shortcode) throw new RangeError(`no short code ${number}`);
    return shortcode;
  };
  return { add, get, find: (number) => byNumber.get(number), app: (consumerKey) => apps.get(consumerKey) };
}
