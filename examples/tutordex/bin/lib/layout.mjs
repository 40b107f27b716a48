import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the templates lie. */
export const templates = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const app = 'TutorDexMonoRepo';
export const sqlFolder = join(app, 'TutorDexAggregator', 'supabase sqls');
export const cutServices = ['redis', 'backend', 'collector-tail'];

/** The deployment's projects in the order in which they start. */
export function projectsAt(dir, { withApp }) {
  return [
    { name: 'tutordex-world', dir: join(dir, 'world') },
    { name: 'supabase', dir: join(dir, 'supabase') },
    ...(withApp ? [{ name: 'tutordex', dir: join(dir, app) }] : []),
  ];
}
