/**
 * What generators of clients call a route: it follows from method and path, so that it is the route's alone and stays.
 * `GET /api/v1/customers/{id}` is `getCustomer`, `POST /api/v1/invoices/:id/issue` is `postInvoiceIssue`.
 */
export function operationId(method: string, path: string): string {
  const parts = path
    .replace(/^\/api\/v1/, '')
    .split('/')
    .filter((part) => part !== '');
  const words = parts.flatMap((part, at) => {
    if (isParameter(part)) return [];
    return wordsOf(isParameter(parts[at + 1] ?? '') ? singular(part) : part);
  });
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

const isParameter = (part: string): boolean => /^[:{]/.test(part);

const wordsOf = (part: string): string[] => part.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');

const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/(?<=ch|sh|x)es$|(?<!s)s$/, '');
