import { randomBytes } from 'node:crypto';
import type { CheckResult } from '../plan/checks.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { Evidence } from '../plan/evidence.js';
import type { OperationOf } from '../plan/operation.js';
import type { MarkerRequest } from '../plan/schema.js';
import { headersOf } from './environment-values.js';
import { knock } from './front-door.js';
import { type MarkerStore, redisStore, tableStore } from './marker-stores.js';
import { nothingSent } from './nothing-sent.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';
import { stagingPlace } from './production-place.js';
import { check } from './project-state.js';
import { frontDoorRefusal, gatewayRefusal } from './refusals.js';
import { bothSides, networksApart } from './separation.js';

interface Before {
  /** Chosen before anything is written, so that its traces are known even after a crash. */
  readonly marker: string;
}

/** A marker written through staging's front door is in staging's stores only, and each side refuses the other's keys. */
export const isolationProbe: Operator<OperationOf<'isolation.probe'>, Before> = {
  capture: async ({ runId }) => ({ marker: `sp-${runId}-${randomBytes(4).toString('hex')}` }),

  async probe(step, _, { marker }) {
    const counts = await Promise.all((await stagingStores(step)).map((store) => store.count(marker)));
    if (counts.every((count) => count === 0)) return notDone('the marker is nowhere in staging');
    if (counts.some((count) => count === 0)) return partly("the marker is in some of staging's stores only");
    return (await step.folder.read('evidence.json')) ? done('the marker is in staging, and was looked for') : partly('not looked for yet');
  },

  async act(step, _, { marker }): Promise<Evidence> {
    const { write, redis } = step.target.planFile.content.isolation;
    const table = { staging: await tableStore(step, 'staging'), production: await tableStore(step, 'production') };
    await writeOnce(step, write, table.staging, marker);
    const checks = [
      ...(await whereIs(marker, table, 'marker')),
      await gatewayRefusal(step, 'production'),
      await gatewayRefusal(step, 'staging'),
      await frontDoorRefusal(step, marker, write, table.production),
    ];
    const [stagingRedis, productionRedis] = [await redisStore(step, 'staging'), await redisStore(step, 'production')];
    if (redis && stagingRedis && productionRedis) {
      await writeOnce(step, redis.write, stagingRedis, marker);
      checks.push(...(await whereIs(marker, { staging: stagingRedis, production: productionRedis }, 'redis-marker')));
    }
    checks.push(networksApart('no-shared-network', await bothSides(step)));
    const sent = await nothingSent(step, 'nothing-sent-outside');
    return { facts: { marker }, checks: sent ? [...checks, sent] : checks };
  },

  async undo(step, _, { marker }) {
    for (const store of await allStores(step)) if ((await store.count(marker)) > 0) await store.remove(marker);
  },

  async probeUndone(step, _, { marker }) {
    const left = await Promise.all((await allStores(step)).map((store) => store.count(marker)));
    const sum = left.reduce((all, count) => all + count, 0);
    return sum === 0 ? done('the marker is nowhere') : partly(`the marker is still there ${sum} times`);
  },
};

/** An earlier attempt may have written it; a second write could be refused, or be there twice. */
async function writeOnce(step: StepContext, request: MarkerRequest, store: MarkerStore, marker: string): Promise<void> {
  if ((await store.count(marker)) > 0) return;
  const status = await knock(step, { place: stagingPlace(step), request, headers: await headersOf(step, 'staging', request), marker });
  if (typeof status === 'number' && status >= 200 && status < 300) return;
  throw new StoppointError('STEP_FAILED', `staging's '${request.service}' answered ${status} to '${request.method} ${request.path}'`, {
    next: "correct 'isolation' in the plan file, or mend staging, then retry",
  });
}

async function whereIs(
  marker: string,
  { staging, production }: { staging: MarkerStore; production: MarkerStore },
  name: string,
): Promise<readonly CheckResult[]> {
  const [here, there, size] = [await staging.count(marker), await production.count(marker), await production.size()];
  const absent = `${name}-not-in-production`;
  const limit = 'production holds data, but not the marker';
  return [
    check(`${name}-in-staging`, 'written through the front door, found in the store', here > 0 ? [] : ['not found'], `found ${here}`),
    // A store that holds nothing might be the wrong one.
    there === 0 && size === 0
      ? { id: absent, verdict: 'cannot tell', limit, live: 'the store is empty' }
      : check(absent, limit, there === 0 ? [] : [`found ${there}`], 'not found'),
  ];
}

async function stagingStores(step: StepContext): Promise<readonly MarkerStore[]> {
  const stores = [await tableStore(step, 'staging'), await redisStore(step, 'staging')];
  return stores.filter((store) => store !== null);
}

/** Production's too: had it taken the marker, this run would have put it there. */
async function allStores(step: StepContext): Promise<readonly MarkerStore[]> {
  const stores = [await tableStore(step, 'production'), await redisStore(step, 'production')];
  return [...(await stagingStores(step)), ...stores.filter((store) => store !== null)];
}
