// Reads the world that a run left behind, and compares two such readings.
//   node scripts/end-state.mjs read RUN_FOLDER        prints the state as JSON
//   node scripts/end-state.mjs compare A.json B.json  one line per difference; exit 8 when there is one
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareEndStates } from '../dist/report/end-state.js';
import { connectDocker } from '../dist/world/docker.js';
import { readEndState } from '../dist/world/end-state.js';

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const [verb, first, second] = process.argv.slice(2);
if (verb === 'read' && first) {
  const { target } = json(join(first, 'run-plan.json'));
  process.stdout.write(`${JSON.stringify(await readEndState(connectDocker(), target), null, 2)}\n`);
} else if (verb === 'compare' && first && second) {
  const differences = compareEndStates(json(first), json(second));
  for (const line of differences) process.stdout.write(`${line}\n`);
  process.exitCode = differences.length > 0 ? 8 : 0;
} else {
  process.stderr.write('usage: end-state.mjs read RUN_FOLDER | compare A.json B.json\n');
  process.exitCode = 2;
}
