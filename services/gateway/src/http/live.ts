import { LiveMessage } from '@malipo/api-contracts';
import type { App } from '@malipo/service-kit';
import { z } from 'zod';
import type { Deps } from '../deps.ts';

const schema = {
  tags: ['live'],
  summary: 'What happens in the organisation, as server-sent events',
  description:
    `Each message is one JSON object: ${Object.keys(LiveMessage.shape).join(', ')}. Send \`Last-Event-ID\` to get what ` +
    'was missed within ten minutes; the event `resync` says that messages may be missing and everything should be ' +
    'read again. A message may come twice. The stream ends when the access token runs out.',
  security: [{ bearer: [] }],
  headers: z.object({
    'last-event-id': z.string().optional().describe('the id of the last message seen'),
  }),
  response: {
    200: {
      description: 'An endless stream; the schema is that of the data of one message',
      content: { 'text/event-stream': { schema: LiveMessage } },
    },
  },
};

export function liveRoutes(app: App, deps: Deps): void {
  app.addHook('preClose', async () => deps.hub.endAll());
  app.get('/api/v1/events/stream', { schema }, async (request, reply) => {
    const lastId = request.headers['last-event-id'];
    const body = await deps.hub.open(request.caller, typeof lastId === 'string' ? lastId.slice(0, 100) : undefined);
    request.raw.once('close', () => body.destroy());
    return reply
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .type('text/event-stream')
      .send(body);
  });
}
