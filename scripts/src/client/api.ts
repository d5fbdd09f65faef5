/** An error answer of the platform, as its problem+json said it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  constructor(method: string, path: string, status: number, problem: { code?: string; detail?: string }) {
    super(`${method} ${path}: ${status} ${problem.code ?? ''} ${problem.detail ?? ''}`.trim());
    this.status = status;
    this.code = problem.code ?? '';
  }
}

export type Api = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  /** Follows `page.next` to the end. */
  all<T>(path: string): Promise<T[]>;
  withToken(token: string): Api;
};

/** A small client of the platform's public door, for the demo, journeys and benchmarks. */
export function createApi(baseUrl: string, token?: string): Api {
  const call = async <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const json = text ? (JSON.parse(text) as unknown) : undefined;
    if (!response.ok)
      throw new ApiError(method, path, response.status, (json ?? {}) as { code?: string; detail?: string });
    return json as T;
  };
  const get = <T>(path: string) => call<T>('GET', path);
  return {
    get,
    post: (path, body, headers) => call('POST', path, body, headers),
    async all<T>(path: string) {
      const rows: T[] = [];
      let cursor: string | null = null;
      do {
        const page: { data: T[]; page: { next: string | null } } = await get(
          `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        );
        rows.push(...page.data);
        cursor = page.page.next;
      } while (cursor);
      return rows;
    },
    withToken: (fresh) => createApi(baseUrl, fresh),
  };
}
