import { createHmac } from 'node:crypto';
import { type HttpClient, UpstreamError } from '@malipo/service-kit';
import type { Credentials } from './daraja.ts';

type TestShortcode = { shortcode: string; kind: 'paybill' | 'till'; storeNumber: string | null; name: string };

export type SandboxControl = {
  /** What the sandbox knows a short code by that was made known to it here. */
  credentialsOf(shortcode: string): Credentials;
  /** Makes a short code known to the local sandbox. @throws {UpstreamError} sandbox_refused, daraja_test_unreachable */
  register(shortcode: TestShortcode): Promise<Credentials>;
};

/**
 * The local provider sandbox's control routes, for test channels without credentials. What it is told follows from the
 * short code and our key, so that two channels of the same test short code do not lock each other out.
 */
export function createSandboxControl(http: HttpClient, secretKey: string): SandboxControl {
  const credentialsOf = (shortcode: string): Credentials => {
    const made = (what: string) =>
      createHmac('sha256', secretKey).update(`${what}:${shortcode}`).digest('hex').slice(0, 32);
    return { consumerKey: made('key'), consumerSecret: made('secret'), passkey: made('passkey') };
  };
  return {
    credentialsOf,
    async register({ shortcode, kind, storeNumber, name }) {
      const credentials = credentialsOf(shortcode);
      const { status } = await http.request({
        method: 'POST',
        url: '/_control/mpesa/shortcodes',
        data: {
          shortcode,
          kind,
          ...(storeNumber ? { storeNumber } : {}),
          ...credentials,
          organisationName: name.slice(0, 40),
          externalValidation: true,
        },
        retries: 2,
      });
      if (status >= 300) throw new UpstreamError('sandbox_refused', `the provider sandbox answered ${status}`);
      return credentials;
    },
  };
}
