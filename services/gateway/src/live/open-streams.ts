import type { Stream } from './stream.ts';

/** The streams that are open in this process, by organisation. @param onLast is told when the last of one has closed */
export function createOpenStreams(onLast: (organisationId: string) => void) {
  const open = new Map<string, Set<Stream>>();
  return {
    organisations: (): string[] => [...open.keys()],
    of: (organisationId: string): Stream[] => [...(open.get(organisationId) ?? [])],
    all: (): Stream[] => [...open.values()].flatMap((group) => [...group]),
    enter(organisationId: string, stream: Stream): void {
      const group = open.get(organisationId) ?? new Set<Stream>();
      open.set(organisationId, group.add(stream));
      stream.body.once('close', () => {
        group.delete(stream);
        if (group.size > 0 || open.get(organisationId) !== group) return;
        open.delete(organisationId);
        onLast(organisationId);
      });
    },
  };
}
