import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** How the provider behaves: takes the message, takes it without saying so, keeps the caller waiting, or answers this status. */
export type Manner = 'takes' | 'loses_answer' | 'holds' | number;

export type Taken = {
  path: string;
  to: string;
  text: string;
  id: string;
  /** What an e-mail carries for its events. */
  args: Record<string, string>;
  headers: IncomingMessage['headers'];
};

/** A local SMS and e-mail provider that records what it was sent, whether or not its answer arrives. */
export async function startProvider() {
  const taken: Taken[] = [];
  const held: { response: ServerResponse; entry: Taken }[] = [];
  let manner: Manner = 'takes';
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const one = request.url === '/v3/mail/send' ? readEmail(body) : readSms(body);
    const entry = { ...one, path: request.url ?? '', id: `ATXid_${taken.length + 1}`, headers: request.headers };
    if (typeof manner === 'number') return void response.writeHead(manner).end('no');
    taken.push(entry);
    if (manner === 'loses_answer') return void request.socket.destroy();
    if (manner === 'holds') return void held.push({ response, entry });
    answer(response, entry);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    sms: () => taken.filter((one) => one.path === '/version1/messaging'),
    emails: () => taken.filter((one) => one.path === '/v3/mail/send'),
    behave: (next: Manner) => {
      manner = next;
    },
    /** Ends all connections that are kept waiting. */
    letGo: () => {
      for (const { response } of held.splice(0)) response.destroy();
    },
    /** Answers all connections that are kept waiting with this status: what they brought was not taken. */
    turnAway: (status: number) => {
      for (const { response } of held.splice(0)) response.writeHead(status).end('no');
    },
    /** Answers all connections that are kept waiting: what they brought was taken. */
    takeHeld: () => {
      for (const { response, entry } of held.splice(0)) answer(response, entry);
    },
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(response: ServerResponse, { path, to, id }: Taken): void {
  if (path === '/v3/mail/send') return void response.writeHead(202, { 'x-message-id': id }).end();
  const recipient = { statusCode: 101, number: to, status: 'Success', cost: 'KES 0.8000', messageId: id };
  response
    .writeHead(201, { 'content-type': 'application/json' })
    .end(JSON.stringify({ SMSMessageData: { Message: 'Sent to 1/1', Recipients: [recipient] } }));
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function readSms(body: string) {
  const form = new URLSearchParams(body);
  return { to: form.get('to') ?? '', text: form.get('message') ?? '', args: {} };
}

function readEmail(body: string) {
  const mail = JSON.parse(body) as {
    personalizations: { to: { email: string }[]; custom_args?: Record<string, string> }[];
    content: { value: string }[];
  };
  const [personal] = mail.personalizations;
  return { to: personal?.to[0]?.email ?? '', text: mail.content[0]?.value ?? '', args: personal?.custom_args ?? {} };
}
