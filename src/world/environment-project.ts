import { join, resolve } from 'node:path';
import type { Environment } from '../plan/operation.js';
import type { Target } from '../plan/target.js';
import type { ComposeProject } from './compose.js';

/** An environment's application project: the one place that knows its flags. */
export function environmentProject(target: Target, environment: Environment): ComposeProject {
  const { project, folder, envSuffix } = target.environments[environment];
  const { files } = target.planFile.content.projects.app;
  return { project, directory: folder, files: files.map((file) => join(folder, file)), envFile: join(folder, `.env.${envSuffix}`) };
}

/** Staging's own database project. */
export function databaseProject({ database, planFile }: Target): ComposeProject {
  const { files } = planFile.content.projects.database;
  return {
    project: database.project,
    directory: database.folder,
    files: files.map((file) => resolve(database.folder, file)),
    envFile: join(database.folder, '.env'),
  };
}
