import process from 'node:process';
import Fastify from 'fastify';
import { Kafka, Partitioners } from 'kafkajs';
import { MongoClient } from 'mongodb';

/**
 * The baselines, each in a process of its own: `none` is a fastify route without storage; `naive` is what one writes
 * first: one durable insert, one send to Kafka, then the answer.
 */
const [kind = 'none', port = '0', mongoUrl = '', brokers = '', topic = ''] = process.argv.slice(2);

const schema = {
  body: {
    type: 'object',
    required: ['TransID', 'TransAmount'],
    properties: { TransID: { type: 'string' }, TransAmount: { type: 'string' } },
  },
  response: {
    200: { type: 'object', properties: { ResultCode: { type: 'integer' }, ResultDesc: { type: 'string' } } },
  },
};
const accepted = { ResultCode: 0, ResultDesc: 'Success' };
const app = Fastify();

if (kind === 'none') {
  app.post('/callback', { schema }, async () => accepted);
} else {
  const client = await new MongoClient(mongoUrl, { writeConcern: { w: 'majority', journal: true } }).connect();
  const payments = client.db('bench_naive').collection<{ _id: string; body: unknown; at: Date }>('payments');
  const producer = new Kafka({ brokers: brokers.split(','), logLevel: 1 }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  app.post<{ Body: { TransID: string } }>('/callback', { schema }, async (request) => {
    await payments.insertOne({ _id: request.body.TransID, body: request.body, at: new Date() });
    await producer.send({
      topic,
      acks: -1,
      messages: [{ key: request.body.TransID, value: JSON.stringify(request.body) }],
    });
    return accepted;
  });
}
await app.listen({ host: '127.0.0.1', port: Number(port) });
process.stdout.write(`listening ${(app.server.address() as { port: number }).port}\n`);
process.once('SIGTERM', () => process.exit(0));
