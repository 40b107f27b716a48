#!/usr/bin/env node
import { runCommandLine } from './command-line.js';
import { processIo } from './io.js';

const exitCode = await runCommandLine(process.argv.slice(2), processIo());
// Whatever still holds a socket open must not keep a finished command from returning.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
