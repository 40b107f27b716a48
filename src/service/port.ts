import { createServer } from 'node:net';
import { StoppointError } from '../plan/diagnostic.js';

const LOOPBACK = '127.0.0.1';
const USUAL_PORT = 7233;

/** The port that was asked for, else the one used before, else the usual one, else any that is free. */
export async function choosePort({ asked, before }: { asked: string | undefined; before: number | null }): Promise<number> {
  if (asked) {
    const port = Number(asked);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new StoppointError('USAGE', `STOPPOINT_TEMPORAL_PORT is '${asked}', not a port`, {
        next: 'set it to a number from 1 to 65535',
      });
    }
    if (await bindable(port)) return port;
    throw new StoppointError('PORT_TAKEN', `port ${port} on ${LOOPBACK} is taken`, {
      next: 'free it, or set STOPPOINT_TEMPORAL_PORT to another',
    });
  }
  for (const port of before === null ? [USUAL_PORT] : [before, USUAL_PORT]) if (await bindable(port)) return port;
  return (await bindable(0)) || USUAL_PORT;
}

/** The port when it could be bound just now (any free one for 0), else 0. */
async function bindable(port: number): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(0));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === 'object' && bound ? bound.port : 0));
    });
  });
}
