#!/usr/bin/env node
/**
 * Prints the sample's data, for psql or for `redis-cli --pipe`:
 *   generate.mjs --what sql|redis [--seed 1] [--size 1] [--channels a,b]
 * The same arguments print the same bytes; the amount grows with --size.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal, exitCodes, positiveNumber, readArgs, run } from './lib/args.mjs';
import { defaultChannels, describe } from './lib/dataset.mjs';
import { redisCommands } from './lib/dataset-redis.mjs';
import { sqlText } from './lib/dataset-sql.mjs';

await run(async (argv) => {
  const options = readArgs(argv, { values: { what: 'sql', seed: '1', size: '1', channels: defaultChannels.join(',') } });
  const plan = describe({ seed: options.seed, size: positiveNumber(options, 'size'), channels: options.channels.split(',') });
  const parts = { sql: sqlText, redis: redisCommands }[options.what];
  if (!parts) throw new Refusal(`"--what" is sql or redis, not "${options.what}"`, exitCodes.usage);
  try {
    await pipeline(Readable.from(parts(plan)), process.stdout);
  } catch (error) {
    // The reader has seen enough, as `head` does.
    if (error.code !== 'EPIPE') throw error;
  }
});
