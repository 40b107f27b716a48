import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const state = process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');

/** Everything of a demo lies in one folder of its own: the deployment, and beside it Stoppoint's state. */
export const base = process.env.STOPPOINT_DEMO_DIR ?? join(state, 'stoppoint-demo');
export const deployment = join(base, 'deployment');
export const stateFolder = join(base, 'state');
export const planFile = join(deployment, 'stoppoint.yaml');
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));
export const stoppoint = join(checkout, 'dist', 'cli', 'main.js');
export const sample = (name) => join(checkout, 'examples', 'tutordex', 'bin', name);
/** A port of the demo's own, so that a server of the user's is left alone. */
export const temporalPort = process.env.STOPPOINT_TEMPORAL_PORT ?? '17233';
export const environment = {
  ...process.env,
  STOPPOINT_STATE_DIR: stateFolder,
  STOPPOINT_TEMPORAL_PORT: temporalPort,
  STOPPOINT_TASK_QUEUE: 'stoppoint-demo',
};
