/**
 * The target of a request as routes know it. A client that takes us for a proxy names the whole address, which a server
 * must accept; whose host it names decides nothing here. `OPTIONS *` stays as it is.
 * @see RFC 9112 §3.2.2
 */
export function originForm(target: string): string {
  if (target.startsWith('/') || !ABSOLUTE.test(target) || !URL.canParse(target)) return target;
  const { pathname, search } = new URL(target);
  return pathname + search;
}

const ABSOLUTE = /^https?:\/\//i;
