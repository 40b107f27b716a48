import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlFile } from '../invocations/schema-transaction.js';
import { transactionProblem } from '../invocations/schema-transaction.js';
import { StoppointError } from '../plan/diagnostic.js';
import type { PlanFile } from '../plan/schema.js';
import { digestText } from '../record/digest.js';
import type { StepContext } from './operator.js';

/** The SQL of staging's schema in the order in which it is applied: snapshot, newer migrations, policies. */
export async function schemaFiles({ target }: StepContext): Promise<readonly SqlFile[]> {
  const { schema } = target.planFile.content;
  const clone = target.environments.staging.folder;
  const folder = existsSync(join(clone, schema.snapshot)) ? clone : target.observation.app.directory;
  const names = [schema.snapshot, ...(await migrations(folder, schema.migrations)), ...(schema.policies ? [schema.policies] : [])];
  return await Promise.all([...new Set(names)].map((name) => readSql(folder, name)));
}

/** Older files are in the snapshot already, or were one-offs; the snapshot itself is never one of them (B14). */
async function migrations(folder: string, asked: PlanFile['schema']['migrations']): Promise<readonly string[]> {
  if (!asked) return [];
  const { directory, match, after } = asked;
  const wanted = new RegExp(match);
  const found = await readdir(join(folder, directory)).catch((cause: unknown) => {
    throw new StoppointError('STEP_FAILED', `the folder '${directory}' of migrations cannot be read`, { cause });
  });
  return found
    .filter((name) => wanted.test(name) && name > after)
    .sort()
    .map((name) => `${directory}/${name}`);
}

async function readSql(folder: string, name: string): Promise<SqlFile> {
  const text = await readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
    throw new StoppointError('STEP_FAILED', `the SQL file '${name}' cannot be read in '${folder}'`, { cause });
  });
  const problem = transactionProblem(text);
  if (problem) {
    throw new StoppointError('STEP_FAILED', `'${name}:${problem.line}': ${problem.why}`, {
      next: 'take the statement out of the file, then retry',
    });
  }
  return { name, text, sha256: digestText(text) };
}
