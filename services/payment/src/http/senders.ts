import { BlockList, isIPv6 } from 'node:net';
import type { Mode } from '../domain/telling.ts';

/** Published by Safaricom ("Getting Started"); configurable, since it may change. @see docs/providers.md */
export const SAFARICOM_SENDERS =
  '196.201.214.200,196.201.214.206,196.201.213.114,196.201.214.207,196.201.214.208,196.201.213.44,' +
  '196.201.212.127,196.201.212.138,196.201.212.129,196.201.212.136,196.201.212.74,196.201.212.69';

/**
 * Is a callback's sender one of the provider's? Test channels also hear the local sandbox.
 * @param listed addresses, or networks as `196.201.212.0/24`
 */
export function senderCheck(listed: readonly string[]): (address: string, mode: Mode) => boolean {
  const exact = new Set(listed.filter((one) => !one.includes('/')));
  const networks = new BlockList();
  for (const network of listed.filter((one) => one.includes('/'))) {
    const [address = '', prefix = ''] = network.split('/');
    networks.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  const hasNetworks = exact.size < listed.length;
  return (address, mode) =>
    exact.has(address) ||
    (mode === 'test' && isLoopback(address)) ||
    (hasNetworks && networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'));
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
