import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { createSlice, type TcpProxy, tcpProxy } from '@malipo/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectMongo, isInfrastructureError, type Mongo } from '../src/index.ts';

let slice: ReturnType<typeof createSlice>;
let proxy: TcpProxy;
let mongo: Mongo;
beforeEach(async () => {
  slice = createSlice();
  const url = new URL(slice.mongoUrl);
  proxy = await tcpProxy(Number(url.port));
  mongo = connectMongo(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, `${slice.dbPrefix}transactions`);
  await mongo.db.createCollection('rows');
});
afterEach(async () => {
  await mongo.close();
  await proxy.close();
  await slice.drop();
});

/** Writes a row that is another one each time. @returns how often it was asked to */
async function write(deadlineMs?: number): Promise<number> {
  let times = 0;
  await mongo.transaction(async (session) => {
    times++;
    await mongo.db.collection('rows').insertOne({ times }, { session });
  }, deadlineMs);
  return times;
}

const rows = () => mongo.db.collection('rows').countDocuments();

test('a commit whose answers get lost is asked for again, and its work is not done a second time', async () => {
  proxy.loseAnswers('commitTransaction', 3);
  expect(await write()).toBe(1);
  expect(await rows()).toBe(1);
});

test('where nobody can say in time whether it was written, that is said, and nothing is done again', async () => {
  proxy.loseAnswers('commitTransaction', Number.POSITIVE_INFINITY);
  await expect(write(0)).rejects.toMatchObject({ kind: 'unavailable', code: 'commit_unknown' });
  proxy.loseAnswers('', 0);
  expect(await rows()).toBe(1);
});

test('a server that hangs in the middle of a command is waited for, and nobody is blamed', async () => {
  await rows();
  proxy.pause();
  const [hanging] = await Promise.allSettled([mongo.db.command({ count: 'rows' })]); // which the driver does not repeat
  proxy.restore();
  const error = hanging.status === 'rejected' ? hanging.reason : undefined;
  expect([error, isInfrastructureError(error)]).toEqual([expect.any(Error), true]);
}, 20_000);

test('a command that meets a socket which is gone, though its connection has not heard so yet, is not waited for', async () => {
  const sockets: Socket[] = [];
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  const own = connectMongo(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, `${slice.dbPrefix}transactions`);
  try {
    await own.ping();
    for (const socket of sockets) if (socket.remotePort === proxy.port) socket.destroy(); // who listens is told next tick
    await expect(own.db.command({ ping: 1 })).rejects.toThrow(/closed/);
    expect(await own.db.collection('rows').countDocuments()).toBe(0);
  } finally {
    unsubscribe('net.client.socket', note);
    await own.close();
  }
});

test('an address that prefers members that follow changes nothing of where is read and written', async () => {
  const address = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true&readPreference=secondaryPreferred`;
  const own = connectMongo(address, `${slice.dbPrefix}transactions`);
  try {
    const read = own.transaction((session) => own.db.collection('rows').findOne({}, { session }));
    expect(await read).toBeNull();
  } finally {
    await own.close();
  }
});
