// Writes the references in docs/ from the built code; with --check it only says which of them differ.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cliReference } from './lib/docs/cli-reference.mjs';
import { errorsReference } from './lib/docs/errors-reference.mjs';
import { planFileJsonSchema, planFileReference } from './lib/docs/plan-file-reference.mjs';

const DOCS = new URL('../docs/', import.meta.url);

const wanted = {
  'errors.md': errorsReference(),
  'cli.md': cliReference(),
  'plan-file.md': planFileReference(),
  'plan-file.schema.json': `${JSON.stringify(planFileJsonSchema(), null, 2)}\n`,
};

const check = process.argv.includes('--check');
await mkdir(DOCS, { recursive: true });
const different = [];
for (const [name, text] of Object.entries(wanted)) {
  const file = new URL(name, DOCS);
  const found = await readFile(file, 'utf8').catch(() => null);
  if (found === text) continue;
  different.push(name);
  if (!check) await writeFile(file, text);
}

if (different.length === 0) console.log('docs: nothing to do');
else if (!check) console.log(`docs: wrote ${different.join(', ')}`);
else {
  console.error(`docs: ${different.join(', ')} differ from the code; run 'npm run build && npm run generate'`);
  process.exitCode = 1;
}
