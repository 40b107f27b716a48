// Bundles the workflows once, so that a worker starts without a compiler and every worker runs the same bytes.
import { bundleWorkflowCode } from '@temporalio/worker';
import { chmod, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const dist = new URL('../dist/', import.meta.url);
const quiet = { log: () => {}, trace: () => {}, debug: () => {}, info: () => {}, warn: console.warn, error: console.error };

const { code } = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('workflows/index.js', dist)), logger: quiet });
await writeFile(new URL('workflow-bundle.js', dist), code);
// The compiler drops the executable bit that npm's bin link needs.
await chmod(new URL('cli/main.js', dist), 0o755);
console.log(`dist/workflow-bundle.js: ${Math.round(code.length / 1024)} kB`);
