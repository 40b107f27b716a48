import { spawn, spawnSync } from 'node:child_process';
import { environment, planFile, stoppoint } from './places.mjs';

export const say = (text) => process.stdout.write(`\n\x1b[1m▸ ${text}\x1b[0m\n`);

/** Runs a program with its output on the screen; ends the demo when it fails with a code that was not expected. */
export function show(file, args, { accept = [0] } = {}) {
  process.stdout.write(`$ ${[file.replace(/.*\//, ''), ...args.map(shortened)].join(' ')}\n`);
  const { status } = spawnSync(file, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment });
  if (!accept.includes(status)) throw new Error(`'${args.slice(0, 2).map(shortened).join(' ')}' ended with ${status}`);
  return status;
}

/** What a client from outside gets; a bare machine has no curl. */
export async function showAnswer(url) {
  process.stdout.write(`$ GET ${url}\n`);
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  process.stdout.write(`${await answer.text()}\n`);
  if (!answer.ok) throw new Error(`'${url}' answered ${answer.status}`);
}

/** The command as a person types it, run from the built files. */
export function cli(args, options = {}) {
  process.stdout.write(`$ stoppoint ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [stoppoint, ...args, '--file', planFile], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: environment,
  });
  if (!(options.accept ?? [0]).includes(status)) throw new Error(`'stoppoint ${args[0]}' ended with ${status}`);
  return status;
}

/** The same with `--json`, quietly: the document that it prints. */
export function ask(args) {
  const { stdout } = spawnSync(process.execPath, [stoppoint, ...args, '--file', planFile, '--json'], {
    env: environment,
    encoding: 'utf8',
  });
  return JSON.parse(stdout);
}

export function background(script, args) {
  const child = spawn(process.execPath, [script, ...args], { stdio: 'ignore', env: environment });
  return {
    end: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGTERM');
      }),
  };
}

const shortened = (text) => (text.length > 60 && text.includes('/') ? `…/${text.split('/').slice(-2).join('/')}` : text);
