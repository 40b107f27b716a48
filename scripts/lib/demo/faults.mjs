import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, stateFolder } from './places.mjs';
import { ask, say } from './run.mjs';

/** Waits in the background for the old project's stop, then kills the worker and its children with SIGKILL. */
export function crashInWindow() {
  const { folder } = ask(['status']);
  const script = fileURLToPath(new URL('kill-worker.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, join(folder, 'journal.jsonl'), join(stateFolder, 'service.json')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: environment,
  });
  child.unref();
}

/** The created, not yet started backend of the new production gets the file that makes it say `{"ok": false}`. */
export function makeSick() {
  say('the new production will be sick: its backend answers 200 with {"ok": false}');
  const filters = ['--filter', 'label=com.docker.compose.project=tutordex-prod', '--filter', 'label=com.docker.compose.service=backend'];
  const id = spawnSync('docker', ['ps', '-aq', ...filters], { encoding: 'utf8' }).stdout.trim();
  const { status } = spawnSync('docker', ['cp', fileURLToPath(import.meta.url), `${id}:/tmp/sick`], { stdio: 'ignore' });
  if (status !== 0) throw new Error('the fault could not be planted');
}
