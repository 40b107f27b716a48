import { describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';

interface SourceFile {
  readonly path: string;
  readonly text: string;
}
interface Arrows {
  brokenArrows(files: readonly SourceFile[]): readonly string[];
  sourceFiles(root: string): readonly SourceFile[];
}

const program = new URL('../../scripts/check-arrows.mjs', import.meta.url).href;
const { brokenArrows, sourceFiles } = (await import(program)) as Arrows;
const broken = (path: string, text: string) => brokenArrows([{ path, text }]);

describe('the import arrows', () => {
  test('hold in every file', () => {
    const files = sourceFiles(fileURLToPath(new URL('../../src', import.meta.url)));
    expect(files.length).toBeGreaterThan(200);
    expect(brokenArrows(files)).toEqual([]);
  });

  test.each([
    ['plan/a.ts', "import { x } from '../world/x.js';", "plan/a.ts: imports 'world/x'"],
    ['report/a.ts', "export { x } from '../split/x.js';", "report/a.ts: imports 'split/x'"],
    ['workflows/a.ts', "import { x } from '../plan/compile.js';", "workflows/a.ts: imports 'plan/compile'"],
    ['world/a.ts', "import {\n  x,\n  type Y,\n} from '../activities/x.js';", "world/a.ts: imports 'activities/x'"],
    ['split/a.ts', "import Docker from 'dockerode';", "split/a.ts: imports 'dockerode'"],
    ['audit/a.ts', "import { join } from 'node:path';", "audit/a.ts: imports 'node:path', but 'audit' is pure"],
    ['record/a.ts', "import 'node:crypto';", "record/a.ts: imports 'node:crypto', but 'record' is pure"],
    ['helpers/a.ts', '', "helpers/a.ts: 'helpers' has no arrow"],
  ])('are told when %s breaks one', (path, text, line) => {
    expect(broken(path, text)).toEqual([line]);
  });

  test.each([
    ['plan/a.ts', "import type { X } from '../world/x.js';"],
    ['plan/a.ts', "import { type X, type Y } from '../world/x.js';"],
    ['world/a.ts', "import { x } from '../plan/x.js';\nimport { readFile } from 'node:fs/promises';"],
    ['workflows/a.ts', "import { reduce } from '../plan/run-state.js';"],
  ])('let %s through when it brings no value, or goes along one', (path, text) => {
    expect(broken(path, text)).toEqual([]);
  });

  test.each([
    ['plan/a.ts', "const x = await import('../world/x.js');"],
    ['plan/a.ts', "const x = require('node:fs');"],
  ])('cannot be gone round by an import at run time in %s', (path, text) => {
    expect(broken(path, text)).toHaveLength(1);
  });
});
