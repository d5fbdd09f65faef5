import type { Base } from '@malipo/service-kit';
import type { Medium } from '../domain/delivery.ts';
import type { MessageProvider } from './message-provider.ts';

/** Counts live messages that go to the sandbox, which says that it delivered them and tells nobody; warns with the first. */
export function sandboxed(provider: MessageProvider, medium: Medium, { log, metrics }: Base): MessageProvider {
  const lost = metrics.counter('malipo_messages_to_nobody_total', 'live messages that the sandbox took', ['medium']);
  let isSaid = false;
  return {
    ...provider,
    send(message) {
      const setting = `MALIPO_${medium.toUpperCase()}_URL`;
      if (!isSaid) log.warn({ medium }, `live receipts go to the sandbox, and nobody gets them; set ${setting}`);
      isSaid = true;
      lost.inc({ medium });
      return provider.send(message);
    },
  };
}
