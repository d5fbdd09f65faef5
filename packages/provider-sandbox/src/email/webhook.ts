import { generateKeyPairSync, sign } from 'node:crypto';

export interface WebhookSigner {
  /** Base64 of the SPKI key: what the provider's settings page shows. */
  publicKey: string;
  /** Base64 of the DER signature over the timestamp's text and the body's bytes. */
  sign(timestamp: string, body: string): string;
}

export const SIGNATURE_HEADER = 'X-Twilio-Email-Event-Webhook-Signature';
export const TIMESTAMP_HEADER = 'X-Twilio-Email-Event-Webhook-Timestamp';

/** ECDSA P-256 with SHA-256, as the event webhook signs. @see docs/providers.md */
export function createWebhookSigner(): WebhookSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sign: (timestamp, body) => sign('sha256', Buffer.from(timestamp + body), privateKey).toString('base64'),
  };
}
