/** How long things take. All in milliseconds. */
export interface Timings {
  /** From the acknowledgement to the first callback, unless the payer behaves otherwise. */
  callbackDelayMs: number;
  /** How long a C2B validation may take before the registered default applies. @see docs/providers.md */
  validationTimeoutMs: number;
  /** How long a receiver may take to answer any other callback. */
  deliveryTimeoutMs: number;
  /** The true life of an access token; the answer always says `"3599"`. */
  tokenLifetimeMs: number;
  /** How long an unanswered prompt keeps the subscriber locked. */
  promptLifeMs: number;
}

/** Readings of Daraja on which sources differ, each switchable. @see docs/providers.md */
export interface StrictFlags {
  /** A second prompt for the same subscriber: result 1001 by callback, an error at once, or no lock. */
  subscriberLock: 'callback' | 'error' | 'off';
  /** Result 17 for the same amount to the same customer within two minutes. */
  twoMinuteRule: boolean;
  /** PartyA and PhoneNumber sent as text end in a silent 1037. */
  numericParties: boolean;
  /** Refuses an STK timestamp further than this from Nairobi's clock; 0 accepts any. */
  timestampWindowMs: number;
  /** Callback URLs must be HTTPS on a public host, as in production. */
  publicHttpsUrls: boolean;
  /** A new access token ends the one before it. */
  newTokenEndsOld: boolean;
  /** What an AccountReference over 12 characters leads to: a refusal, or a prompt that may be too long (1025). */
  longReference: 'reject' | 'prompt';
  /** Spike arrest above this many API requests within one second; 0 never. */
  requestsPerSecond: number;
  /** The second production URL registration: an error, or the old reply without a ResponseCode. */
  duplicateRegistration: 'error' | 'legacy';
  /** Pull answers for production short codes only. */
  pullLiveOnly: boolean;
}

/** Money limits of consumers, in cents. */
export interface Limits {
  minCents: number;
  maxCents: number;
  dailyCents: number;
}

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Loopback only; anything else is refused. */
  host?: string;
  /** Makes receipts, ids and random faults repeatable. */
  seed?: number;
  /** The clock behind every stamp, window and expiry. */
  now?: () => Date;
  timings?: Partial<Timings>;
  strict?: Partial<StrictFlags>;
  limits?: Partial<Limits>;
  /** Callbacks under way at the same time, and so connections to one receiver. */
  deliveryConcurrency?: number;
  /** Rows in one page of a Pull answer. */
  pullPageSize?: number;
  /** What follows `Z` in Pull's suspicious stamps: Nairobi's wall clock (as reported) or UTC. */
  pullTimes?: 'eat' | 'utc';
  /** Keep the body of each delivery for comparison; switch off for very long load runs. */
  recordBodies?: boolean;
  /** Where registrations are kept over a restart; without it they are forgotten. */
  stateFile?: string | undefined;
}

export interface Settings {
  now: () => Date;
  seed: number | undefined;
  timings: Timings;
  strict: StrictFlags;
  limits: Limits;
  deliveryConcurrency: number;
  pullPageSize: number;
  pullTimes: 'eat' | 'utc';
  recordBodies: boolean;
  stateFile: string | undefined;
}

const TIMINGS: Timings = {
  callbackDelayMs: 50,
  validationTimeoutMs: 8_000,
  deliveryTimeoutMs: 10_000,
  tokenLifetimeMs: 3_599_000,
  promptLifeMs: 60_000,
};

const STRICT: StrictFlags = {
  subscriberLock: 'callback',
  twoMinuteRule: true,
  numericParties: false,
  timestampWindowMs: 0,
  publicHttpsUrls: false,
  newTokenEndsOld: false,
  longReference: 'reject',
  requestsPerSecond: 0,
  duplicateRegistration: 'error',
  pullLiveOnly: false,
};

/** KES 1 to 250,000 a transaction, 500,000 a day. @see docs/providers.md */
const LIMITS: Limits = { minCents: 100, maxCents: 25_000_000, dailyCents: 50_000_000 };

export const resolveSettings = (options: SandboxOptions): Settings => ({
  now: options.now ?? (() => new Date()),
  seed: options.seed,
  timings: { ...TIMINGS, ...options.timings },
  strict: { ...STRICT, ...options.strict },
  limits: { ...LIMITS, ...options.limits },
  deliveryConcurrency: options.deliveryConcurrency ?? 64,
  pullPageSize: options.pullPageSize ?? 100,
  pullTimes: options.pullTimes ?? 'eat',
  recordBodies: options.recordBodies ?? true,
  stateFile: options.stateFile,
});
