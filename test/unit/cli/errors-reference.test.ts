import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CODES } from '../../../src/plan/codes.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('docs/errors.md', () => {
  const rows = [...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` \| (.*) \| (.*) \| (\d) \|$/gm)];
  const documented = new Map(rows.map(([, code = '', what, next, exit]) => [code, { what, next, exit: Number(exit) }]));

  it('has every code of the registry, with its words', () => {
    for (const [code, meaning] of Object.entries(CODES)) expect([code, documented.get(code)]).toEqual([code, { ...meaning }]);
  });

  it('has no code that the registry does not know', () => {
    expect([...documented.keys()].filter((code) => !Object.hasOwn(CODES, code))).toEqual([]);
  });
});

describe('the registry', () => {
  it('has no code that nothing can raise', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('codes.ts'))
      .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'));
    const unused = Object.keys(CODES).filter((code) => !sources.some((text) => text.includes(`'${code}'`)));
    expect(unused).toEqual([]);
  });
});
