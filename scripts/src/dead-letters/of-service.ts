import { UsageError } from '../command.ts';
import { serviceNames } from '../platform/services.ts';

/**
 * The letters of one service, or all without a name.
 * @throws {UsageError} when it is no service of ours and has no letter: a typing error must not look like an empty box
 */
export function ofService<Letter extends { service: string }>(
  letters: readonly Letter[],
  service: string | undefined,
): Letter[] {
  if (service === undefined) return [...letters];
  const known = new Set<string>([...serviceNames, ...letters.map((letter) => letter.service)]);
  if (!known.has(service)) throw new UsageError(`there is no service '${service}'; there are ${[...known].join(', ')}`);
  return letters.filter((letter) => letter.service === service);
}
