/**
 * How a callback of M-Pesa's is turned away: Daraja knows no problem+json. C2B00016 is "other".
 * @param path of the callback, without a query
 * @see docs/providers.md
 */
export const darajaRefusal = (path: string, detail: string) => ({
  ResultCode: path.endsWith('/c2b/validation') ? 'C2B00016' : 1,
  ResultDesc: detail,
});
