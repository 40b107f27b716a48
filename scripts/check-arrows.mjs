// Holds the import arrows of docs/design: who may import whom, by value. `import type` is free.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const pure = { node: false };
export const ARROWS = {
  record: { folders: [], libraries: ['canonicalize', '@noble/hashes'], ...pure },
  plan: { folders: ['record'], libraries: ['zod', 'yaml'], ...pure },
  compose: { folders: ['plan', 'record'], libraries: ['yaml'], ...pure },
  audit: { folders: ['plan', 'compose', 'record'], libraries: ['yaml', 'diff'], ...pure },
  split: { folders: ['plan', 'compose', 'record'], libraries: ['yaml', 'diff'], ...pure },
  invocations: { folders: ['plan', 'compose', 'record'], libraries: ['yaml', 'diff'], ...pure },
  report: { folders: ['plan', 'compose', 'record'], libraries: ['yaml', 'diff'], ...pure },
  world: { folders: ['plan', 'compose', 'invocations', 'record'], libraries: ['dockerode', 'execa'], node: true },
  activities: {
    folders: ['world', 'audit', 'split', 'report', 'invocations', 'compose', 'plan', 'record'],
    libraries: ['@temporalio/activity', '@temporalio/common'],
    node: true,
  },
  workflows: {
    folders: ['record'],
    files: ['plan/run-plan', 'plan/run-state', 'plan/decide', 'plan/operation', 'plan/messages', 'plan/show', 'plan/way-back'],
    libraries: ['@temporalio/workflow'],
    ...pure,
  },
  client: { folders: ['plan', 'record'], files: ['workflows/messages'], libraries: ['@temporalio/client'], node: true },
  service: {
    folders: ['client', 'world', 'plan', 'compose', 'audit', 'split', 'report', 'record'],
    libraries: ['@temporalio/client', '@temporalio/envconfig', 'execa'],
    node: true,
  },
  cli: {
    folders: ['client', 'service', 'world', 'plan', 'compose', 'audit', 'split', 'report', 'record'],
    libraries: ['commander', 'yaml'],
    node: true,
  },
  worker: { folders: ['activities', 'world'], libraries: ['@temporalio/worker', '@temporalio/envconfig'], node: true },
};

const IMPORT = /^\s*(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;

/** Also what is imported while running, by a literal name. */
const AT_RUN_TIME = /(?<!typeof )\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Every import that goes against an arrow, as one line each. */
export function brokenArrows(files) {
  return files.flatMap(({ path, text }) => {
    const from = path.split('/')[0].replace(/\.ts$/, '');
    const rule = ARROWS[from];
    if (!rule) return [`${path}: '${from}' has no arrow`];
    return [...text.matchAll(IMPORT), ...text.matchAll(AT_RUN_TIME)]
      .filter((match) => !isTypeOnly(match[0]))
      .flatMap(([, target]) => {
        if (target.startsWith('node:')) return rule.node ? [] : [`${path}: imports '${target}', but '${from}' is pure`];
        if (!target.startsWith('.')) {
          return rule.libraries.some((name) => target === name || target.startsWith(`${name}/`)) ? [] : [`${path}: imports '${target}'`];
        }
        const file = normalize(join(dirname(path), target)).replace(/\.js$/, '');
        const to = file.split('/')[0];
        if (to === from || rule.folders.includes(to) || rule.files?.includes(file)) return [];
        return [`${path}: imports '${file}'`];
      });
  });
}

/** `import { type A, type B } from …` brings no value. */
function isTypeOnly(statement) {
  const names = /\{([^}]*)\}/.exec(statement)?.[1];
  const before = statement
    .split('{')[0]
    .replace(/^\s*(import|export)\s*/, '')
    .trim();
  return Boolean(names) && before === '' && names.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
}

export function sourceFiles(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => ({ path: relative(root, file).split('\\').join('/'), text: readFileSync(file, 'utf8') }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const broken = brokenArrows(sourceFiles(fileURLToPath(new URL('../src', import.meta.url))));
  for (const line of broken) process.stderr.write(`${line}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
