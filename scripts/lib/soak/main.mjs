import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLACES } from './places.mjs';

process.env.STOPPOINT_DEMO_DIR = mkdtempSync(join(tmpdir(), 'sp-soak-'));
const { migrate } = await import('./migrate.mjs');

const args = process.argv.slice(2);
const cut = args.includes('--cut');
const names = args.filter((name) => !name.startsWith('--'));
const unknown = names.filter((name) => !PLACES.some((place) => place.name === name));
if (unknown.length > 0) {
  process.stderr.write(`soak: there is no place '${unknown[0]}'; there are ${PLACES.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
const rows = [];
const told = (row) => {
  rows.push(row);
  // After every row: what was measured stays, whatever happens to the rest.
  writeFileSync('docs/soak.md', report());
  process.stdout.write(
    `${row.name.padEnd(22)} ${row.result.padEnd(8)} outage ${row.outageMs} ms, ${row.seconds} s${row.differences.length > 0 ? `\n  ${row.differences.join('\n  ')}` : ''}\n`,
  );
};

const reference = await migrate({ cut, place: null });
told({ ...reference, name: 'undisturbed', result: 'done', differences: [] });
for (const place of PLACES.filter(({ name }) => names.length === 0 || names.includes(name))) {
  told({ ...(await migrate({ cut, place, expected: reference.endState })), name: place.name });
}
const failed = rows.filter(({ result }) => !['same', 'done'].includes(result));
process.stdout.write(`${rows.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

function report() {
  const command = ['./scripts/soak', ...args].join(' ');
  return `# Kill matrix

${new Date().toISOString().slice(0, 10)}, \`${command}\`, ${cut ? 'the three-service cut' : 'all sixteen services'}. SIGKILL at each place; the world at the end is compared with the
undisturbed run by \`scripts/end-state.mjs\`. The outage is what a client from outside saw; the machine was shared.

| killed | when | result | outage, ms | ratio to undisturbed |
| --- | --- | --- | --- | --- |
${rows.map(({ name, kill = [], when = '', result, outageMs }) => `| ${kill.join(', ') || 'nothing'} | ${name}${when ? `: ${when}` : ''} | ${result} | ${outageMs} | ${(outageMs / Math.max(1, rows[0].outageMs)).toFixed(1)} |`).join('\n')}
`;
}
