// The demo's story: the sample is deployed, migrated through every stop point, and what happened is shown.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeEverything } from './down.mjs';
import { crashInWindow, makeSick } from './faults.mjs';
import { checkout, base, deployment, planFile, sample, stateFolder } from './places.mjs';
import { ask, background, cli, say, show, showAnswer } from './run.mjs';

const node = process.execPath;
const flags = new Set(process.argv.slice(2));
for (const flag of flags) {
  if (!['--crash', '--fail', '--down', '--cut'].includes(flag)) {
    process.stderr.write(`demo: unknown option '${flag}'\nnext: ./scripts/demo [--crash|--fail|--cut|--down]\n`);
    process.exit(2);
  }
}

try {
  await (flags.has('--down') ? removeEverything() : tell());
} catch (error) {
  process.stderr.write(`\ndemo: ${error.message}\nnext: look at '${stateFolder}', then './scripts/demo --down'\n`);
  process.exitCode = error.exitCode ?? 1;
}

async function tell() {
  const started = Date.now();
  await removeEverything({ quiet: true });
  mkdirSync(base, { recursive: true, mode: 0o700 });

  say('the sample deployment, as it runs before the migration');
  show(node, [sample('materialize.mjs'), '--into', deployment, ...(flags.has('--cut') ? ['--cut'] : [])]);
  show(node, [sample('deploy.mjs'), '--at', deployment]);
  // Half an hour of watching is right for production, and long for a demo.
  writeFileSync(planFile, readFileSync(planFile, 'utf8').replace(/^( {2}for:) 30m$/m, `$1 ${process.env.STOPPOINT_DEMO_MONITOR ?? '10s'}`));

  say('the service: a Temporal server and a worker, kept running');
  cli(['up']);
  cli(['doctor']);
  say('look first: nothing is changed by these');
  cli(['audit'], { accept: [0, 8] });
  cli(['plan']);

  say('the run');
  const resultFile = join(base, 'downtime.json');
  rmSync(resultFile, { force: true });
  const client = background(join(checkout, 'scripts/lib/demo/measure-downtime.mjs'), ['http://127.0.0.1:8000/health', resultFile]);
  try {
    cli(['start', '--person', 'demo']);
    if (flags.has('--crash')) crashInWindow();
    await releaseStopPoints();
  } finally {
    await client.end();
  }
  finish({ downtime: JSON.parse(readFileSync(resultFile, 'utf8')), started });
}

/** Every stop point is released through `approve`, as a person would; the demo answers for what only people can. */
async function releaseStopPoints() {
  for (;;) {
    const exit = cli(['wait', '--timeout', '20m'], { accept: [0, 3, 5, 6] });
    const status = ask(['status']);
    if (status.status === 'ended') return;
    if (exit === 6) throw new Error(`the run is on hold: ${status.hold?.message ?? status.hold?.why}`);
    const id = status.stopPoint?.id;
    if (exit === 5 || (id === 'SP5' && status.attempt > 1)) {
      await showRollback(status);
      continue;
    }
    if (id === 'SP5' && flags.has('--fail')) makeSick();
    say(`${id}: ${status.stopPoint.question}`);
    cli(['approve', id, '--attest-all', '--person', 'demo', '--reason', 'shown in the demo']);
  }
}

async function showRollback(status) {
  say(`the run went back by itself: ${status.rollback.cause}`);
  show('docker', ['ps', '--filter', 'label=com.docker.compose.project=tutordex', '--format', 'table {{.Names}}\t{{.Status}}']);
  await showAnswer('http://127.0.0.1:8000/health/dependencies');
  say('and all the way: staging and files go as well, backups stay');
  cli(['rollback', '--to', 'SP0', '--yes', '--deployment', 'tutordex', '--person', 'demo', '--reason', 'the demo ends here']);
}

function finish({ downtime, started }) {
  say('the report');
  cli(['report'], { accept: [0, 5] });
  const { runId, outcome, folder } = ask(['status']);
  const expected = flags.has('--fail') ? 'rolled back' : 'done';
  const text = `run ${runId}: ${outcome} · downtime seen by a client from outside: ${downtime.longestOutageMs} ms (${downtime.failed} of ${downtime.requests} requests failed)
report: ${join(folder, 'report.txt')} · the whole demo took ${Math.round((Date.now() - started) / 1000)} s
./scripts/demo --down removes all of it`;
  process.stdout.write(`\n${text}\n`);
  if (outcome !== expected) throw new Error(`the run ended '${outcome}', not '${expected}'`);
}
