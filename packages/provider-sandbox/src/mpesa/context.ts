import { eatStamp } from '@malipo/values';
import { createFaults, type Faults } from '../faults.ts';
import type { ProviderDeps } from '../provider.ts';
import { createCertificateSource, type TestCertificate } from './certificate.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { Delivery, DeliveryPolicy, HeldMessage } from './notify.ts';
import { createTokens, type Tokens } from './oauth.ts';
import { createPayers, type Payers } from './payers.ts';
import { createReceipts } from './receipts.ts';
import { createRegistrationStore } from './registrations.ts';
import type { ResultStyle } from './result.ts';
import { createRegistry, type Registry } from './shortcodes.ts';
import type { Push } from './stk-push.ts';
import { createSubscribers, type Subscribers } from './subscribers.ts';

/** Everything M-Pesa's routes share. */
export interface MpesaContext extends ProviderDeps {
  faults: Faults;
  registry: Registry;
  tokens: Tokens;
  ledger: Ledger;
  payers: Payers;
  subscribers: Subscribers;
  /** By CheckoutRequestID. */
  pushes: Map<string, Push>;
  policy: DeliveryPolicy;
  held: HeldMessage[];
  resultStyle: ResultStyle;
  /** Receipt by conversation id of either kind. */
  conversations: Map<string, string>;
  /** What became of results and queue timeouts, which belong to no statement row. */
  results: Delivery[];
  receipt(at: Date): string;
  certificate(): Promise<TestCertificate>;
  /** The dashed hexadecimal form that requestId, MerchantRequestID and the C2B acknowledgements share. */
  requestId(): string;
  /** `AG_20260115_…`. */
  conversationId(): string;
}

export function createMpesaContext(deps: ProviderDeps): MpesaContext {
  const { settings, random } = deps;
  const registry = createRegistry(createRegistrationStore(settings.stateFile));
  const ledger = createLedger();
  for (const { shortcode, openingBalanceCents = 0 } of registry.all()) ledger.open(shortcode, openingBalanceCents);
  let issued = 0;
  const requestId = (): string => {
    issued += 1;
    return `${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-${random.hex(8)}${String(issued).padStart(10, '0')}`;
  };
  const conversationId = (): string => `AG_${eatStamp(settings.now()).slice(0, 8)}_${random.hex(20)}`;
  return {
    ...deps,
    faults: createFaults(),
    registry,
    tokens: createTokens(settings, random),
    ledger,
    payers: createPayers(),
    subscribers: createSubscribers(settings),
    pushes: new Map(),
    policy: {},
    held: [],
    resultStyle: {},
    conversations: new Map(),
    results: [],
    receipt: createReceipts(random.fraction()),
    certificate: createCertificateSource(settings.now),
    requestId,
    conversationId,
  };
}
