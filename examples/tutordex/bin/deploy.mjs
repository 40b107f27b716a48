#!/usr/bin/env node
/**
 * Starts what materialize made, with data in it, and waits until it works:
 *   deploy.mjs --at DIR [--run-label X] [--without-app]
 * Ports or names that somebody else holds are a refusal (exit 4) that changes
 * nothing. Run again after an interruption, it goes on where it stopped.
 */
import { join, resolve } from 'node:path';
import { readArgs, required, run } from './lib/args.mjs';
import { defaultChannels, describe } from './lib/dataset.mjs';
import { compose } from './lib/docker.mjs';
import { readIfThere } from './lib/copy.mjs';
import { app, projectsAt } from './lib/layout.mjs';
import { loadDatabase, loadObjects, loadRedis } from './lib/load.mjs';
import { requireMarker, writeMarker } from './lib/marker.mjs';
import { parseEnv } from './lib/placeholders.mjs';
import { refuseForeign } from './lib/preflight.mjs';
import { progress } from './lib/progress.mjs';
import { getJson, waitFor } from './lib/wait.mjs';

await run(async (argv) => {
  const options = readArgs(argv, { values: { at: '', 'run-label': '' }, flags: ['without-app'] });
  const dir = resolve(required(options, 'at'));
  const marker = await requireMarker(dir);
  const withApp = marker.withApp && !options['without-app'];
  const projects = projectsAt(dir, { withApp });
  const [world, supabase, tutordex] = projects;
  const say = progress(options['run-label']);

  const names = await say('ports and names are free', () => refuseForeign(dir, projects));
  // Noted before anything starts, so that destroy knows what a killed deploy left.
  // Names of an earlier deploy stay: this one may start fewer projects.
  await writeMarker(dir, { ...marker, deployed: { ...marker.deployed, ...names } });

  await say('world and Supabase are healthy', () =>
    Promise.all([world, supabase].map((project) => compose(project, ['up', '-d', '--wait']))),
  );
  const keys = parseEnv((await readIfThere(join(supabase.dir, '.env'))) ?? '');
  const plan = describe({ seed: marker.seed, size: marker.size, channels: await channelsOf(dir) });
  await say('schema and data are loaded', () => loadDatabase(dir, supabase, plan));
  await say('stored objects are loaded', () => loadObjects(keys, plan));
  if (!withApp) return say.end();

  // Running containers have written into the build folder: built again, it would be
  // another image, and a repeated deploy would replace them.
  const build = names.tutordex.running ? [] : ['--build'];
  await say('the application is built and started', () => compose(tutordex, ['up', '-d', ...build]));
  const services = names.tutordex.services;
  if (services.includes('redis')) await say('Redis is filled', () => loadRedis(tutordex, plan));
  if (services.includes('backend')) await say('the backend says ok', backendIsOk);
  return say.end();
});

/** The history must belong to the channels that the collector reads. */
async function channelsOf(dir) {
  const env = parseEnv((await readIfThere(join(dir, app, 'TutorDexAggregator', '.env'))) ?? '');
  const channels = (env.CHANNEL_LIST ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  return channels.length > 0 ? channels : defaultChannels;
}

/** A status of 200 is not enough: the body has to say it. */
function backendIsOk() {
  return waitFor('the backend', 90, async () => {
    const health = await getJson('http://127.0.0.1:8000/health');
    if (health.ok !== true) throw new Error(JSON.stringify(health));
    return health;
  });
}
