#!/usr/bin/env node
/**
 * Removes what deploy.mjs started from a folder, and the folder:
 *   destroy.mjs --at DIR [--keep-images] [--keep-folder]
 * Finds things by label and by the exact names that deploy noted; whatever belongs
 * to another folder or another project stays.
 */
import { rmdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Refusal, readArgs, required, run } from './lib/args.mjs';
import { docker, existing, lines, resourcesOf } from './lib/docker.mjs';
import { requireMarker, writeMarker } from './lib/marker.mjs';
import { isInside } from './lib/own.mjs';
import { emptyFolder } from './lib/remove.mjs';

await run(async (argv) => {
  const options = readArgs(argv, { values: { at: '' }, flags: ['keep-images', 'keep-folder'] });
  const dir = resolve(required(options, 'at'));
  if (!existsSync(dir)) return process.stdout.write(`"${dir}" is not there: nothing to remove\n`);
  const marker = await requireMarker(dir);
  const left = [];
  // The application first: its containers still hold Supabase's network.
  for (const [project, names] of Object.entries(marker.deployed ?? {}).reverse()) {
    left.push(...(await removeProject(dir, project, names, { keepImages: options['keep-images'] })));
  }
  // The folder stays too: it is the only record of what is still to be removed.
  if (left.length > 0) throw new Refusal(`not removed, in use by others: ${left.join(', ')}`);
  if (options['keep-folder']) {
    await writeMarker(dir, { ...marker, deployed: undefined });
  } else {
    await emptyFolder(dir);
    await rmdir(dir);
  }
  process.stdout.write(`removed the sample at "${dir}"\n`);
});

async function removeProject(dir, project, names, { keepImages }) {
  const { containers } = await resourcesOf(project);
  const ours = containers.filter((container) => isInside(dir, container.workingDir));
  if (ours.length > 0) await docker(['rm', '-f', '-v', ...ours.map((c) => c.id)]);
  // With a stranger under the same project name, volumes and networks may be theirs.
  const strangers = containers.filter((container) => !ours.includes(container));
  if (strangers.length > 0) return strangers.map((c) => `container "${c.name}" from "${c.workingDir}"`);

  const left = [];
  for (const kind of ['volume', 'network']) {
    for (const name of await existing(kind, names[`${kind}s`])) {
      const { code } = await docker([kind, 'rm', name], { accept: [0, 1] });
      if (code !== 0) left.push(`${kind} "${name}"`);
    }
  }
  if (!keepImages && names.images.length > 0) await removeImages(project, names);
  process.stdout.write(`${project}: removed ${ours.length} containers${left.length > 0 ? '' : ', volumes, networks'}\n`);
  return left;
}

/** Never by force: a tag that somebody else put on the same image stays. */
async function removeImages(project, names) {
  await docker(['image', 'rm', ...names.images], { accept: [0, 1] });
  // A second build leaves the first one's image without a name.
  const filters = ['--filter', `label=com.docker.compose.project=${project}`, '--filter', 'dangling=true'];
  const { stdout } = await docker(['image', 'ls', '-q', ...filters]);
  const ids = [...new Set(lines(stdout))];
  if (ids.length > 0) await docker(['image', 'rm', ...ids], { accept: [0, 1] });
}
