// kill-worker.mjs JOURNAL SERVICE_FILE [EVENT_TYPE STEP_KIND]: SIGKILL to the worker and its children once the journal
// tells of the event; by default between the old project's stop and the new one's start.
import { readdirSync, readFileSync } from 'node:fs';

const [journal, service, type = 'step done', kind = 'project.stop'] = process.argv.slice(2);
const deadline = Date.now() + 30 * 60_000;
while (!happened()) {
  if (Date.now() > deadline) process.exit(1);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const { pid } = JSON.parse(readFileSync(service, 'utf8')).worker.process;
const children = childrenOf(pid);
for (const id of [pid, ...children]) {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // Its parent's death was its own.
  }
}
process.stdout.write(`\n\x1b[1m▸ SIGKILL to the worker (${pid}) and ${children.length} children, after '${type}' of ${kind}\x1b[0m\n`);

function happened() {
  try {
    return readFileSync(journal, 'utf8')
      .split('\n')
      .filter(Boolean)
      .some((line) => {
        const { event } = JSON.parse(line);
        return event.type === type && String(event.step ?? '').includes(kind);
      });
  } catch {
    return false;
  }
}

function childrenOf(parent) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const direct = all.filter((name) => {
    try {
      return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1]) === parent;
    } catch {
      return false;
    }
  });
  return direct.flatMap((name) => [Number(name), ...childrenOf(Number(name))]);
}
