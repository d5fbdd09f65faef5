import { isIPv4, isIPv6 } from 'node:net';

/**
 * An address as people write it: an IPv4 one without the IPv6 wrapping of dual-stack sockets.
 * @param address undefined where the connection was reset before anybody asked whose it is, which fastify's type leaves out
 * @returns `unknown` where there is none
 */
export const plainAddress = (address: string | undefined): string => address?.replace(/^::ffff:/, '') ?? 'unknown';

/**
 * Whom limits count as one sender: an IPv4 address, however a socket wraps it, or the /64 network of an IPv6 one, since
 * whoever has one address of it has all of them.
 * @see RFC 6177
 */
export function senderOf(address: string | undefined): string {
  const plain = plainAddress(address?.toLowerCase());
  if (!address || isIPv4(plain)) return plain;
  if (!isIPv6(address)) return address;
  const [before = [], after = []] = address.replace(/%.*$/, '').split('::').map(groupsOf);
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

/** Without leading zeros; an IPv4 address at the end stands for two groups. */
const groupsOf = (part: string): string[] =>
  part
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => (group.includes('.') ? ['0', '0'] : Number.parseInt(group, 16).toString(16)));
