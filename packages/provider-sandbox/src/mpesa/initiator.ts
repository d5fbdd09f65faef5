import { z } from 'zod';
import { checkCallbackUrl } from './callback-url.ts';
import type { MpesaContext } from './context.ts';
import { readRequest } from './request.ts';
import type { Finding } from './result.ts';
import type { DarajaApp, Shortcode } from './shortcodes.ts';

/** What every initiator API asks for. @see docs/providers.md */
export const InitiatorRequest = z.looseObject({
  Initiator: z.string().min(1),
  SecurityCredential: z.string().min(1),
  ResultURL: z.string(),
  QueueTimeOutURL: z.string(),
  Remarks: z.string().min(2).max(100),
});
export type InitiatorRequest = z.infer<typeof InitiatorRequest>;

/** Reads an initiator request and checks its URLs. @throws {DarajaError} */
export function readInitiatorRequest<T extends InitiatorRequest>(
  ctx: MpesaContext,
  schema: z.ZodType<T>,
  body: unknown,
): T {
  const request = readRequest(schema, body);
  for (const label of ['ResultURL', 'QueueTimeOutURL'] as const)
    checkCallbackUrl(request[label], label, ctx.settings.strict);
  return request;
}

const REFUSED: Finding = { code: 2001, description: 'The initiator information is invalid.' };

/**
 * Checks the initiator by decrypting the credential with the private key of the published certificate.
 * A wrong one is accepted at first and refused in the result, with the code that elsewhere means a wrong PIN.
 */
export async function authenticateInitiator(
  ctx: MpesaContext,
  client: DarajaApp,
  party: string,
  request: InitiatorRequest,
): Promise<Finding | { shortcode: Shortcode }> {
  const shortcode = ctx.registry.find(party);
  const initiator = shortcode?.initiator;
  if (!shortcode || shortcode.consumerKey !== client.consumerKey) return REFUSED;
  if (!initiator || initiator.name !== request.Initiator) return REFUSED;
  const { decrypt } = await ctx.certificate();
  return decrypt(request.SecurityCredential) === initiator.password ? { shortcode } : REFUSED;
}
