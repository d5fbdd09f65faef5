import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ask, until } from './await-server.ts';
import type { Part } from './part.ts';

export const redis: Part = {
  name: 'redis',
  title: 'Redis',
  ports: ['redis'],
  async prepare({ dataDir, ports, programs }) {
    await mkdir(dataDir, { recursive: true });
    return {
      file: path.join(programs.redisHome, 'redis-server'),
      args: [
        ...['--bind', '127.0.0.1', '--port', String(ports.redis), '--dir', dataDir],
        ...['--appendonly', 'yes', '--save', '', '--daemonize', 'no'],
        // a rewritten title would hide the folder that tells our servers from others
        ...['--set-proc-title', 'no'],
      ],
    };
  },
  ready: ({ ports }, died) =>
    until(async () => (await ask(ports.redis, 'PING\r\n'))?.startsWith('+PONG') === true, died),
};
