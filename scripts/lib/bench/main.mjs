import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

process.env.STOPPOINT_DEMO_DIR = mkdtempSync(join(tmpdir(), 'sp-bench-'));
const { base, checkout, deployment, sample } = await import('../demo/places.mjs');
const { background } = await import('../demo/run.mjs');
const { removeEverything } = await import('../demo/down.mjs');
const { migrate } = await import('../soak/migrate.mjs');

const rounds = Number(process.argv[2] ?? 3);
const results = [];
for (let round = 1; round <= rounds; round += 1) {
  const byHand = await downAndUp();
  const { outageMs, seconds } = await migrate({ cut: true, place: null });
  results.push({ round, byHand, outageMs, seconds });
  process.stdout.write(
    `round ${round}: down and up ${byHand} ms, cutover ${outageMs} ms, ratio ${(outageMs / byHand).toFixed(2)}, whole run ${seconds} s\n`,
  );
}
writeFileSync('docs/benchmarks.md', report());

/** The plan's own way on the old project: `docker compose down`, then `up -d`. */
async function downAndUp() {
  await removeEverything({ quiet: true });
  mkdirSync(base, { recursive: true });
  const run = (file, args, cwd) => {
    const { status, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  };
  run(process.execPath, [sample('materialize.mjs'), '--into', deployment, '--cut']);
  run(process.execPath, [sample('deploy.mjs'), '--at', deployment]);
  const file = join(base, 'by-hand.json');
  const client = background(join(checkout, 'scripts/lib/demo/measure-downtime.mjs'), ['http://127.0.0.1:8000/health/dependencies', file]);
  const app = join(deployment, 'TutorDexMonoRepo');
  run('docker', ['compose', '-p', 'tutordex', 'down'], app);
  run('docker', ['compose', '-p', 'tutordex', 'up', '-d'], app);
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    // A port that accepts before anybody listens behind it would be waited on for minutes.
    const signal = AbortSignal.timeout(2000);
    const answer = await fetch('http://127.0.0.1:8000/health/dependencies', { signal })
      .then((response) => response.json())
      .catch(() => null);
    if (answer?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await client.end();
  const { longestOutageMs } = JSON.parse(readFileSync(file, 'utf8'));
  await removeEverything({ quiet: true });
  return longestOutageMs;
}

function report() {
  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return `# Benchmarks

${new Date().toISOString().slice(0, 10)}, \`./scripts/bench ${rounds}\`, the three-service cut on a shared machine of 2 cores: trust the ratios.

Outage seen by a client that asks every 20 ms. "Down and up" is \`docker compose down && docker compose up -d\` of the same
services, which proves nothing. The cutover stops and fences the old project, proves the adopted volume and the untouched
database, starts the created containers and waits for their smoke checks.

| round | down and up, ms | cutover, ms | ratio | whole run, s |
| --- | --- | --- | --- | --- |
${results.map(({ round, byHand, outageMs, seconds }) => `| ${round} | ${byHand} | ${outageMs} | ${(outageMs / byHand).toFixed(2)} | ${seconds} |`).join('\n')}
| median | ${median(results.map(({ byHand }) => byHand))} | ${median(results.map(({ outageMs }) => outageMs))} | ${median(results.map(({ outageMs, byHand }) => outageMs / byHand)).toFixed(2)} | ${median(results.map(({ seconds }) => seconds))} |
`;
}
