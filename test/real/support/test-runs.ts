import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type Docker from 'dockerode';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDocker } from '../../../src/world/docker.js';
import { TestThings } from './tiny-servers.js';

export interface TestRuns {
  readonly docker: Docker;
  readonly things: TestThings;
  /** A temporary folder; from the first `beforeAll` on. */
  readonly folder: string;
  /** Of this test's own run; its last part is the run id. */
  readonly runFolder: string;
}

/** What a test file makes, and a run of its own for each of its tests. Call it at the top: it registers hooks. */
export function testRuns(name: string): TestRuns {
  const docker = connectDocker();
  const things = new TestThings(docker);
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `sp-${name}-`));
  });
  beforeEach(() => {
    count += 1;
  });
  afterAll(async () => {
    await things.remove();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  return {
    docker,
    things,
    get folder() {
      return folder;
    },
    get runFolder() {
      return join(folder, `${things.id}-run${count}`);
    },
  };
}
