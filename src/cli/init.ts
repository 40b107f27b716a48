import { writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { StoppointError } from '../plan/diagnostic.js';
import { planFileSkeleton, type SkeletonFacts } from '../report/plan-file-skeleton.js';
import { connectDocker } from '../world/docker.js';
import { textOf, type Verb } from './verb.js';

export const initVerb: Verb = {
  usage: 'init',
  summary: 'write a commented plan file from what runs in a folder; never overwrites one',
  examples: ['stoppoint init --directory /srv/tutordex'],
  options: [['--directory <path>', 'folder of the app project (default: the folder of the plan file)']],
  run: async ({ file }, _args, options) => {
    const home = dirname(resolve(file));
    const directory = resolve(textOf(options['directory']) ?? home);
    const text = planFileSkeleton(await factsOf(directory, home));
    await writeNew(file, text);
    const gaps = text.split('\n').filter((line) => line.includes('# !')).length;
    const next = `next: look at its ${gaps} lines marked with '!', then run 'stoppoint audit'`;
    return { exitCode: 0, text: `'${file}' is written\n${next}\n`, document: { version: 1, kind: 'init', file, gaps } as never };
  },
};

interface RunningProject {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly services: readonly { readonly name: string; readonly image: string }[];
}

async function factsOf(directory: string, home: string): Promise<SkeletonFacts> {
  const projects = await runningProjects();
  const app = projects.find((project) => project.directory === directory);
  if (!app)
    throw new StoppointError('PROJECT_NOT_RUNNING', `no Compose project runs from '${directory}'`, {
      next: 'name its folder with --directory',
    });
  const database = projects.find(
    (project) => project !== app && project.services.some(({ name, image }) => name === 'kong' || /supabase|postgrest/.test(image)),
  );
  const place = (project: RunningProject) => ({
    directory: shortest(project.directory, home),
    files: filesOf(project),
    running: project.name,
  });
  const redis = app.services.find(({ name, image }) => name === 'redis' || /(^|\/)redis(:|$)/.test(image))?.name ?? null;
  return { deployment: app.name, app: { ...place(app), redis }, database: database ? place(database) : null };
}

async function runningProjects(): Promise<readonly RunningProject[]> {
  const byName = new Map<string, RunningProject>();
  for (const { Labels, Image } of await connectDocker().listContainers({ all: true })) {
    const name = Labels['com.docker.compose.project'];
    if (!name) continue;
    const known = byName.get(name);
    const files = (Labels['com.docker.compose.project.config_files'] ?? '').split(',').filter(Boolean);
    const directory = Labels['com.docker.compose.project.working_dir'] ?? '';
    const service = { name: Labels['com.docker.compose.service'] ?? '', image: Image };
    byName.set(name, { name, directory, files, services: [...(known?.services ?? []), service] });
  }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function filesOf({ files, directory }: RunningProject): readonly string[] {
  return files.map((file) => (isAbsolute(file) ? relative(directory, file) || file : file));
}

function shortest(path: string, home: string): string {
  const way = relative(home, path) || '.';
  return way.length < path.length ? way : path;
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new StoppointError('FILE_EXISTS', `'${file}' is there already`, { next: 'name another with --file, or move it away' });
  }
}
