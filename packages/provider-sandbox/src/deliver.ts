import http from 'node:http';
import https from 'node:https';

export interface Post {
  url: string;
  contentType: string;
  body: string;
  headers?: Record<string, string>;
  timeoutMs: number;
  /** A loopback address such as `127.0.0.2` to send from, where the receiver checks its caller. */
  localAddress?: string | undefined;
}

/** What a receiver made of a callback; `unanswered` covers refusal, reset and timeout. */
export interface Answer {
  status: number | 'unanswered';
  body: string;
}

export interface Deliverer {
  /** Never throws: a receiver that fails is an answer. */
  post(post: Post): Promise<Answer>;
  close(): void;
}

/** Sends callbacks over kept-alive connections, with a bound on how many are under way. */
export function createDeliverer(concurrency: number): Deliverer {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: concurrency, scheduling: 'lifo' }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: concurrency, scheduling: 'lifo' }),
  };
  const slots = createSlots(concurrency);
  let closed = false;
  const send = (post: Post): Promise<Answer> => {
    const url = URL.parse(post.url);
    if (closed || !url) return Promise.resolve({ status: 'unanswered', body: '' });
    return url.protocol === 'https:'
      ? request(https, agents['https:'], url, post)
      : request(http, agents['http:'], url, post);
  };
  return {
    post: async (post) => {
      await slots.take();
      try {
        return await send(post);
      } finally {
        slots.give();
      }
    },
    close: () => {
      closed = true;
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function request(client: typeof http | typeof https, agent: http.Agent, url: URL, post: Post): Promise<Answer> {
  return new Promise((resolve) => {
    const unanswered = (): void => resolve({ status: 'unanswered', body: '' });
    const outgoing = client.request(
      {
        method: 'POST',
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        path: url.pathname + url.search,
        agent,
        timeout: post.timeoutMs,
        localAddress: post.localAddress,
        headers: {
          'content-type': post.contentType,
          'content-length': Buffer.byteLength(post.body),
          ...post.headers,
        },
      },
      (incoming) => readAnswer(incoming).then(resolve, unanswered),
    );
    // An idle socket only raises an event; ending it turns silence into "unanswered".
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', unanswered);
    outgoing.end(post.body);
  });
}

async function readAnswer(incoming: http.IncomingMessage): Promise<Answer> {
  incoming.setEncoding('utf8');
  let body = '';
  for await (const chunk of incoming) body += chunk;
  return { status: incoming.statusCode ?? 'unanswered', body };
}

/** A counting semaphore whose queue is read by index, so that a long one costs no shifting. */
function createSlots(free: number): { take(): Promise<void> | void; give(): void } {
  let queue: (() => void)[] = [];
  let next = 0;
  return {
    take: () => {
      if (free > 0) {
        free -= 1;
        return;
      }
      return new Promise<void>((resume) => queue.push(resume));
    },
    give: () => {
      const resume = queue[next];
      if (!resume) {
        free += 1;
        queue = [];
        next = 0;
        return;
      }
      next += 1;
      resume();
    },
  };
}
