import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { UnavailableError } from '../errors.ts';

/**
 * Node's close waits a minute or more for connections that were busy when it began and are then kept alive, and for those
 * that a client opened ahead and never used; both are let go as soon as they carry no request.
 */
export function letGoOnClose(app: FastifyInstance): void {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    const letGo = () => {
      app.server.closeIdleConnections();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    };
    const timer = setInterval(letGo, 100);
    app.server.once('close', () => clearInterval(timer));
  });
}

/**
 * What still comes by connections made before is sent elsewhere, but for callbacks: their provider may never come again,
 * and what takes them ends after the last request.
 */
export function turnAwayOnClose(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onRequest', (request, _reply, done) => {
    if (!isClosing || request.routeOptions.config.callback) return done();
    done(new UnavailableError('stopping', 'this instance is about to stop; try again'));
  });
}
