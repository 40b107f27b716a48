// Adds up what a test run left in a folder: `NAME.json` of jest, `NAME.passed` and `NAME.failed` of single checks.
// A jest run that ended badly without a failed test (a crash, a leak) counts as one failure.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const names = readdirSync(folder);
let passed = names.filter((name) => name.endsWith('.passed')).length;
let failed = names.filter((name) => name.endsWith('.failed')).length;
for (const name of names.filter((file) => file.endsWith('.exit'))) {
  const report = join(folder, name.replace(/\.exit$/, '.json'));
  if (!existsSync(report) || JSON.parse(readFileSync(report, 'utf8')).numFailedTests === 0) failed += 1;
}
for (const name of names.filter((file) => file.endsWith('.json'))) {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  passed += numPassedTests;
  failed += numFailedTests;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
