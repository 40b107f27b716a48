import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announceSend } from '../../../src/activities/announce-send.js';
import { carryOut, takeBack } from '../../../src/activities/harness.js';
import type { StepContext } from '../../../src/activities/operator.js';
import { connectDocker } from '../../../src/world/docker.js';
import { freePort, targetWith } from '../support/labelled.js';
import { stepContext } from '../support/step-context.js';

let folder: string;
let server: Server;
let heard: { readonly path: string; readonly text: string }[];
let status: number;
let secrets: { readonly [name: string]: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sp-announce-'));
  heard = [];
  status = 200;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', text: (JSON.parse(body) as { text: string }).text });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  secrets = { FIRST: `http://127.0.0.1:${port}/first`, SECOND: `http://127.0.0.1:${port}/second` };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function step(message: 'start' | 'end' = 'start', given = secrets): StepContext {
  const target = targetWith({ planFile: { announce: [{ webhook: 'FIRST' }, { webhook: 'SECOND' }] } });
  return stepContext({
    operation: { kind: 'announce.send', message },
    runFolder: join(folder, 'run1'),
    docker: connectDocker(),
    target,
    secrets: given,
  });
}

const texts = () => heard.map(({ path, text }) => `${path} ${text.split(':')[0]}`).sort();

describe('an announcement', () => {
  test('reaches every webhook once, however often the step is tried', async () => {
    expect((await carryOut(announceSend, step())).already).toBe(false);
    expect((await carryOut(announceSend, step())).already).toBe(true);
    expect(texts()).toEqual(['/first maintenance begins', '/second maintenance begins']);
  });

  test('is taken back with one message that all is as before', async () => {
    await carryOut(announceSend, step());
    heard = [];
    await takeBack(announceSend, step());
    await takeBack(announceSend, step());
    expect(texts()).toEqual(['/first maintenance has ended', '/second maintenance has ended']);
  });

  test('that was being sent when the worker died is not repeated', async () => {
    await step().folder.write('sending.json', { message: 'start' });
    expect((await carryOut(announceSend, step())).already).toBe(true);
    expect(heard).toEqual([]);
  });

  test('that may have been heard is taken back, and one that never was is not', async () => {
    await step().folder.write('before.json', { state: null });
    await takeBack(announceSend, step());
    expect(heard).toEqual([]);
    await step().folder.write('sending.json', { message: 'start' });
    await takeBack(announceSend, step());
    expect(heard).toHaveLength(2);
  });

  test('to a dead webhook fails without its address, and a retry tells only who did not hear', async () => {
    const dead = `http://127.0.0.1:${await freePort()}/secret-path`;
    const error = await carryOut(announceSend, step('start', { ...secrets, SECOND: dead })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'STEP_FAILED', message: "the webhook 'SECOND' cannot be reached" });
    expect(JSON.stringify(error)).not.toContain('secret-path');
    expect((await carryOut(announceSend, step())).already).toBe(false);
    expect(texts()).toEqual(['/first maintenance begins', '/second maintenance begins']);
  });

  test('that is refused by the webhook fails', async () => {
    status = 404;
    await expect(carryOut(announceSend, step())).rejects.toMatchObject({ message: expect.stringContaining("'FIRST' answered 404") });
  });

  test('to something that is no address fails without saying what it is', async () => {
    const error = await carryOut(announceSend, step('end', { ...secrets, FIRST: 'hunter2' })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: "the secret 'FIRST' is not an http address" });
  });

  test('whose end cannot be told does not hold up the way back', async () => {
    await carryOut(announceSend, step());
    status = 500;
    const { how, evidence } = await takeBack(announceSend, step());
    expect([how, evidence.checks[0]?.verdict]).toEqual(['undone', 'fail']);
  });
});
