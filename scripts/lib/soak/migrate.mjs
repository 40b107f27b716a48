import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compareEndStates } from '../../../dist/report/end-state.js';
import { connectDocker } from '../../../dist/world/docker.js';
import { readEndState } from '../../../dist/world/end-state.js';
import { removeEverything } from '../demo/down.mjs';
import { base, checkout, deployment, environment, planFile, sample, stateFolder, stoppoint } from '../demo/places.mjs';
import { ask, background } from '../demo/run.mjs';

const run = (file, args, accept = [0]) => {
  const { status, stdout, stderr } = spawnSync(file, args, { env: environment, encoding: 'utf8' });
  if (!accept.includes(status)) throw new Error(`${args.slice(0, 3).join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
};
/** The exit code of a refusal: the run goes already, or the stop point is released. */
const ALREADY = 4;
const cli = (args, accept) => run(process.execPath, [stoppoint, ...args, '--file', planFile], accept);

/** One whole migration, disturbed at one place; how it ended, and what a client saw. */
export async function migrate({ cut, place, expected }) {
  const started = Date.now();
  await removeEverything({ quiet: true });
  mkdirSync(base, { recursive: true, mode: 0o700 });
  run(process.execPath, [sample('materialize.mjs'), '--into', deployment, ...(cut ? ['--cut'] : [])]);
  run(process.execPath, [sample('deploy.mjs'), '--at', deployment]);
  writeFileSync(planFile, readFileSync(planFile, 'utf8').replace(/^( {2}for:) 30m$/m, '$1 5s'));
  cli(['up']);
  const seenFile = join(base, 'seen.json');
  rmSync(seenFile, { force: true });
  const client = background(join(checkout, 'scripts/lib/demo/measure-downtime.mjs'), ['http://127.0.0.1:8000/health', seenFile]);
  try {
    const typed = place?.kill.includes('command line') ? killedFirst : cli;
    typed(['start', '--person', 'soak'], [0]);
    const disturbed = place?.event ? disturb(place) : Promise.resolve();
    const outcome = await releaseAll(typed);
    await disturbed;
    await client.end();
    const endState = await readEndState(connectDocker(), readPlan().target);
    const differences = expected ? compareEndStates(expected, endState) : [];
    const result = outcome === 'done' && differences.length === 0 ? 'same' : outcome === 'done' ? 'differs' : outcome;
    return {
      result,
      differences,
      endState,
      kill: place?.kill,
      when: place ? (place.every ?? `${place.event} ${place.step ?? place.stopPoint ?? ''}`.trim()) : '',
      outageMs: JSON.parse(readFileSync(seenFile, 'utf8')).longestOutageMs,
      seconds: Math.round((Date.now() - started) / 1000),
    };
  } finally {
    await removeEverything({ quiet: true });
  }
}

/** The same command killed at one moment after another, then left alone. */
function killedFirst(args, accept) {
  for (const timeout of [200, 400, 600, 800, 1200, 1800])
    spawnSync(process.execPath, [stoppoint, ...args, '--file', planFile], { env: environment, timeout, killSignal: 'SIGKILL' });
  cli(args, [...accept, ALREADY]);
}

async function releaseAll(typed) {
  for (const deadline = Date.now() + 20 * 60_000; ; await pause(300)) {
    if (Date.now() > deadline) throw new Error('the run does not end');
    cli(['wait', '--quiet', '--timeout', '20m'], [0, 1, 3, 5, 6, 7]);
    const status = ask(['status']);
    if (status.status === 'ended') return status.outcome;
    if (status.status === 'on hold') return `on hold: ${status.hold.message}`;
    if (status.stopPoint && status.source.from === 'worker')
      typed(['approve', status.stopPoint.id, '--attest-all', '--person', 'soak', '--reason', 'soak'], [0, ALREADY, 7]);
  }
}

async function disturb({ event: type, step, stopPoint, kill, up }) {
  const happened = () =>
    journal().some(
      ({ event }) => event.type === type && (!step || event.step?.startsWith(step)) && (!stopPoint || event.stopPoint === stopPoint),
    );
  for (const deadline = Date.now() + 20 * 60_000; !happened(); await pause(10))
    if (Date.now() > deadline) throw new Error('the place was never reached');
  const service = JSON.parse(readFileSync(join(stateFolder, 'service.json'), 'utf8'));
  for (const name of kill) {
    const pid = name === 'supervisor' ? service.supervisor?.pid : service[name]?.process?.pid;
    if (pid) process.kill(pid, 'SIGKILL');
  }
  if (up) cli(['up']);
}

function journal() {
  const runs = join(stateFolder, 'runs');
  const [id] = existsSync(runs) ? readdirSync(runs) : [];
  const file = id && join(runs, id, 'journal.jsonl');
  if (!file || !existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

function readPlan() {
  const runs = join(stateFolder, 'runs');
  return JSON.parse(readFileSync(join(runs, readdirSync(runs)[0], 'run-plan.json'), 'utf8'));
}
