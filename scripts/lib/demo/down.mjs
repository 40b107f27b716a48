import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { base, deployment, environment, planFile, sample, stateFolder, stoppoint } from './places.mjs';
import { say } from './run.mjs';

const docker = (...args) =>
  spawnSync('docker', args, { encoding: 'utf8', env: environment }).stdout?.trim().split('\n').filter(Boolean) ?? [];

/** All that a demo made, by exact name, and only where the label says that it was made from the demo's folder. */
export async function removeEverything({ quiet = false } = {}) {
  if (!existsSync(base)) {
    if (!quiet) process.stdout.write('there is no demo here\n');
    return;
  }
  say('removing the demo that stands here');
  if (existsSync(planFile)) spawnSync(process.execPath, [stoppoint, 'down', '--file', planFile], { stdio: 'inherit', env: environment });
  for (const plan of runPlans()) removeMadeBy(plan);
  if (existsSync(deployment)) {
    const { status } = spawnSync(process.execPath, [sample('destroy.mjs'), '--at', deployment], { stdio: 'inherit', env: environment });
    if (status !== 0) throw new Error(`the sample in '${deployment}' could not be removed`);
  }
  rmSync(base, { recursive: true, force: true });
}

function runPlans() {
  const runs = join(stateFolder, 'runs');
  const read = (id) => JSON.parse(readFileSync(join(runs, id, 'run-plan.json'), 'utf8'));
  return existsSync(runs)
    ? readdirSync(runs)
        .filter((id) => existsSync(join(runs, id, 'run-plan.json')))
        .map(read)
    : [];
}

function removeMadeBy({ target, deployment: name }) {
  const { production, staging } = target.environments;
  const projects = [
    { project: production.project, folder: production.folder },
    { project: staging.project, folder: staging.folder },
    { project: target.database.project, folder: target.database.folder },
  ];
  const mine = docker('ps', '-aq', '--filter', `label=org.stoppoint.deployment=${name}`);
  if (mine.length > 0) docker('rm', '-f', ...mine);
  for (const { project, folder } of projects) {
    const label = ['--filter', `label=com.docker.compose.project=${project}`];
    const containers = docker('ps', '-aq', ...label, '--filter', `label=com.docker.compose.project.working_dir=${folder}`);
    if (containers.length > 0) docker('rm', '-f', '-v', ...containers);
    for (const network of docker('network', 'ls', '-q', ...label)) docker('network', 'rm', network);
    for (const volume of docker('volume', 'ls', '-q', ...label)) docker('volume', 'rm', volume);
  }
  const labelled = ['--filter', `label=org.stoppoint.deployment=${name}`];
  for (const network of docker('network', 'ls', '-q', ...labelled)) {
    for (const container of docker('network', 'inspect', network, '-f', '{{range $id, $_ := .Containers}}{{$id}}\n{{end}}'))
      docker('network', 'disconnect', '-f', network, container);
    docker('network', 'rm', network);
  }
  for (const volume of docker('volume', 'ls', '-q', ...labelled)) docker('volume', 'rm', volume);
  for (const { tag } of Object.values(target.images)) docker('rmi', tag);
}
