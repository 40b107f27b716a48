import { readFile, writeFile } from 'node:fs/promises';
import { compareEndStates, type EndState } from '../../../src/report/end-state.js';

/** How a run of the cut ends when nobody disturbs it. `STOPPOINT_RECORD=1` writes it anew. */
export async function differencesFrom(name: 'done' | 'rolled-back', state: EndState): Promise<readonly string[]> {
  const file = new URL(`../expected/${name}.json`, import.meta.url);
  if (process.env['STOPPOINT_RECORD']) await writeFile(file, `${JSON.stringify(state, null, 2)}\n`);
  return compareEndStates(JSON.parse(await readFile(file, 'utf8')) as EndState, state);
}
