import type { StrictFlags } from '../options.ts';
import { invalid } from './errors.ts';

/** Words that may not occur anywhere in a URL, in any casing (`exe` covers `exec`). @see docs/providers.md */
const FORBIDDEN_WORDS = /m-?pesa|safaricom|exe|cmd|sql|query/i;

const TUNNEL_HOSTS = /ngrok|requestbin|webhook\.site|pipedream|localtunnel|loca\.lt|trycloudflare|beeceptor|mockbin/i;

const PRIVATE_HOSTS = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[)/;

/**
 * Applies Safaricom's rules for callback URLs.
 * @throws {DarajaError} 400.002.02 with the field's label
 */
export function checkCallbackUrl(text: string, label: string, strict: StrictFlags): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid(label);
  if (FORBIDDEN_WORDS.test(text) || TUNNEL_HOSTS.test(url.hostname)) throw invalid(label);
  const open = url.protocol === 'https:' && !PRIVATE_HOSTS.test(url.hostname);
  if (strict.publicHttpsUrls && !open) throw invalid(label);
  return text;
}
