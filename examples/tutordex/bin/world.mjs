#!/usr/bin/env node
/**
 * Asks the world outside what reached it:
 *   world.mjs recorded [--since N|TIME] [--kind send,edit] | summary | reset  [--url URL]
 */
import { Refusal, exitCodes, readArgs, run } from './lib/args.mjs';

await run(async (argv) => {
  const options = readArgs(argv, { values: { url: 'http://127.0.0.1:7070', since: '', kind: '' } });
  const query = new URLSearchParams({ since: options.since, kind: options.kind });
  const asks = {
    recorded: ['GET', `/recorded?${query}`],
    summary: ['GET', '/recorded/summary'],
    reset: ['POST', '/reset'],
  };
  const [method, path] = asks[options.rest[0]] ?? [];
  if (!method) throw new Refusal('say recorded, summary or reset', exitCodes.usage);
  const response = await fetch(new URL(path, options.url), { method }).catch((error) => {
    throw new Refusal(`the world does not answer at ${options.url}: ${error.cause?.message ?? error.message}`);
  });
  process.stdout.write(`${JSON.stringify(await response.json(), null, 2)}\n`);
});
