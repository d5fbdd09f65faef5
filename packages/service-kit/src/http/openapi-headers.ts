type Header = { type: 'string' | 'integer'; description: string; const?: string };

const ETAG: Header = { type: 'string', description: 'the version of what is answered, such as "3"; for If-Match' };
const LOCATION: Header = { type: 'string', description: 'the path of what was made' };
const REPLAYED: Header = {
  ...{ type: 'string', const: 'true' },
  description: 'only where this is the first answer to the Idempotency-Key again, and nothing was done now',
};
const RETRY_AFTER: Header = { type: 'integer', description: 'seconds after which to try again' };
const RETRY_KEY: Header = {
  type: 'integer',
  description: 'only where a request with this Idempotency-Key still runs: seconds after which to try again',
};
const CHALLENGE: Header = { type: 'string', description: 'how to sign in: Bearer' };

/** Of errors, whichever route they come from. @see problem.ts */
const OF_ERRORS: { readonly [status: string]: Record<string, Header> } = {
  401: { 'WWW-Authenticate': CHALLENGE },
  429: { 'Retry-After': RETRY_AFTER },
  503: { 'Retry-After': RETRY_AFTER },
};

type Traits = { tagged?: boolean; located?: boolean; ifMatch: boolean; idempotent: boolean };

/** The headers that the document tells of with an answer that is no error. */
export const headersOfSuccess = ({ tagged, located, ifMatch, idempotent }: Traits): Record<string, Header> => ({
  ...(tagged || ifMatch ? { ETag: ETAG } : {}),
  ...(located ? { Location: LOCATION } : {}),
  ...(idempotent ? { 'Idempotency-Replayed': REPLAYED } : {}),
});

/** The headers that it tells of with an error, if there are any. */
export function headersOfError(
  status: string,
  { idempotent }: Pick<Traits, 'idempotent'>,
): { headers?: Record<string, Header> } {
  const headers = status === '409' && idempotent ? { 'Retry-After': RETRY_KEY } : OF_ERRORS[status];
  return headers ? { headers } : {};
}
