#!/usr/bin/env node
/**
 * Makes the sample deployment's folder out of the templates:
 *   materialize.mjs --into DIR [--seed 1] [--size 1] [--cut | --services a,b] [--without-app]
 * The same seed gives the same files. Nothing is started; `deploy.mjs` does that.
 */
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Refusal, exitCodes, positiveNumber, readArgs, required, run } from './lib/args.mjs';
import { cutServices as cutCompose } from './lib/compose-cut.mjs';
import { copyFolder, templatesIn, writeSecretFile } from './lib/copy.mjs';
import { commitEverything } from './lib/git.mjs';
import { app, cutServices, sqlFolder, templates } from './lib/layout.mjs';
import { claimFolder, markerName, writeMarker } from './lib/marker.mjs';
import { fill, parseEnv } from './lib/placeholders.mjs';
import { Seeded } from './lib/seeded.mjs';
import { stagingFirebase, stagingSecrets } from './lib/staging-secrets.mjs';
import { emptyFolder } from './lib/remove.mjs';

await run(async (argv) => {
  const options = readArgs(argv, {
    values: { into: '', seed: '1', size: '1', services: '' },
    flags: ['cut', 'without-app'],
  });
  const into = resolve(required(options, 'into'));
  const size = positiveNumber(options, 'size');
  if (options.cut && options.services) throw new Refusal('"--cut" and "--services" exclude each other', exitCodes.usage);
  const services = options.cut ? cutServices : options.services.split(',').filter(Boolean);
  const seeded = new Seeded(options.seed);

  await claimFolder(into);
  await emptyFolder(into);
  // Written first: a folder that was left half-made can still be made anew.
  await writeMarker(into, { made: 'stoppoint sample', seed: options.seed, size, services, withApp: !options['without-app'] });

  await copyFolder(join(templates, 'world'), join(into, 'world'));
  await copyFolder(join(templates, 'supabase'), join(into, 'supabase'));
  const supabase = await writeSupabaseEnv(into, seeded);
  if (!options['without-app']) {
    await makeApp(into, { services, fill: (text, file) => fill(text, { seeded, supabase, file }) });
    await copyPlanFile(into, options.cut ? 'stoppoint.cut.yaml' : 'stoppoint.yaml');
  }
  await copyFolder(join(templates, 'sql'), join(into, sqlFolder));
  await writeSecretFile(join(into, 'stoppoint.secrets.env'), stagingSecrets(seeded));
  await writeSecretFile(join(into, 'firebase-admin-staging.json'), stagingFirebase(seeded));
  if (!options['without-app']) {
    const commit = await commitEverything(join(into, app), 'TutorDex before the migration');
    process.stdout.write(`${app}: one commit, ${commit.slice(0, 12)}\n`);
  }
  process.stdout.write(`made "${into}" from seed ${options.seed} (${markerName} marks it)\n`);
});

async function writeSupabaseEnv(into, seeded) {
  const template = join(into, 'supabase', '.env.example');
  const filled = fill(await readFile(template, 'utf8'), { seeded, file: 'supabase/.env.example' });
  await writeSecretFile(join(into, 'supabase', '.env'), filled);
  return parseEnv(filled);
}

async function copyPlanFile(into, name) {
  const from = join(templates, name);
  if (!existsSync(from)) return process.stderr.write(`note: no template "${name}", so the folder has no plan file\n`);
  return copyFile(from, join(into, 'stoppoint.yaml'));
}

async function makeApp(into, { services, fill: fillIn }) {
  const from = join(templates, 'app');
  const to = join(into, app);
  await copyFolder(from, to);
  for (const template of await templatesIn(from)) {
    const text = fillIn(await readFile(join(from, template), 'utf8'), template);
    await writeSecretFile(join(to, template.slice(0, -'.template'.length)), text);
  }
  if (services.length > 0) {
    const file = join(to, 'docker-compose.yml');
    await writeFile(file, cutCompose(await readFile(file, 'utf8'), services));
  }
  // A missing bind source would become a folder of that name, made by Docker.
  const needed = [join(to, 'docker-compose.yml'), join(to, 'TutorDexBackend', 'secrets', 'firebase-admin-service-account.json')];
  const missing = needed.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    await rm(to, { recursive: true, force: true });
    throw new Refusal(`the app template lacks ${missing.map((file) => file.slice(to.length + 1)).join(', ')}`);
  }
}
