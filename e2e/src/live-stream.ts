import type { LiveMessage } from '@malipo/api-contracts';
import type { z } from 'zod';

type Live = z.infer<typeof LiveMessage>;

export type LiveStream = { messages: Live[]; text(): string; types(): Set<string>; close(): Promise<void> };

/** Listens to `GET /api/v1/events/stream` as a browser would; resolves once the stream is open. */
export async function openLiveStream(url: string, token: string): Promise<LiveStream> {
  const ending = new AbortController();
  const response = await fetch(`${url}/api/v1/events/stream`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: ending.signal,
  });
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
  const state = { text: '' };
  const messages: Live[] = [];
  const reading = read(response.body, (text) => {
    state.text += text;
    messages.splice(0, Infinity, ...framesIn(state.text));
  }).catch(() => undefined);
  return {
    messages,
    text: () => state.text,
    types: () => new Set(messages.map((message) => message.type)),
    async close() {
      ending.abort();
      await reading;
    },
  };
}

async function read(body: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of body) take(decoder.decode(chunk, { stream: true }));
}

/** The messages in all complete frames. */
const framesIn = (text: string): Live[] =>
  text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((frame) => /^data: (\{"id".*)$/m.exec(frame)?.[1] ?? [])
    .map((json) => JSON.parse(json) as Live);
