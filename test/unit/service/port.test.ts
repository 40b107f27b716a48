import { describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { choosePort } from '../../../src/service/port.js';

const listening = (): Promise<{ server: Server; port: number }> =>
  new Promise((resolve) => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 }, () =>
      resolve({ server, port: (server.address() as { port: number }).port }),
    );
  });

describe('the port of our server', () => {
  it('is the one used before, as long as it is free', async () => {
    const { server, port } = await listening();
    expect(await choosePort({ asked: undefined, before: port })).not.toBe(port);
    await new Promise((resolve) => server.close(resolve));
    expect(await choosePort({ asked: undefined, before: port })).toBe(port);
  });

  it('is refused when it was asked for and somebody else has it', async () => {
    const { server, port } = await listening();
    await expect(choosePort({ asked: String(port), before: null })).rejects.toMatchObject({ code: 'PORT_TAKEN', exitCode: 4 });
    await new Promise((resolve) => server.close(resolve));
    expect(await choosePort({ asked: String(port), before: null })).toBe(port);
  });

  it.each(['0', '65536', 'x', '-1'])('%s is none', async (asked) => {
    await expect(choosePort({ asked, before: null })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
