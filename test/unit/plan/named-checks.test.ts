import { describe, expect, it } from '@jest/globals';
import { NAMED_CHECKS } from '../../../src/plan/named-checks.js';
import { STOP_POINT_IDS } from '../../../src/plan/operation.js';

/** How many lines each part of the paper plan asks somebody to tick: counted there, by hand, once. */
const LINES: { readonly [part: string]: number } = {
  '1.1': 2,
  '1.2': 4,
  '1.3': 2,
  '1.4': 4,
  '1.5': 4,
  '2.1': 5,
  '2.2': 3,
  '2.3': 5,
  '3.2': 3,
  '3.3': 2,
  '3.4': 6,
  '3.5': 7,
  '3.6': 7,
  '4.1': 4,
  '4.2': 4,
  '4.5.staging': 8,
  '4.5.production': 8,
  '8': 6,
  '10': 12,
};

describe('the named checks', () => {
  it.each(Object.entries(LINES))('answer every line of %s', (part, lines) => {
    const ids = new Set(NAMED_CHECKS.map(({ id }) => id));
    const missing = Array.from({ length: lines }, (_, index) => `${part}#${index + 1}`).filter((id) => !ids.has(id));
    expect(missing).toEqual([]);
  });

  it('have one id each', () => {
    expect(new Set(NAMED_CHECKS.map(({ id }) => id)).size).toBe(NAMED_CHECKS.length);
  });

  it('leave no stop point without a question to the world or a person', () => {
    const asked = new Set(NAMED_CHECKS.filter(({ answer }) => answer.by !== 'not built').map(({ at }) => at));
    expect([...asked].sort()).toEqual([...STOP_POINT_IDS]);
  });

  it('name the defect that replaces a line', () => {
    const replaced = NAMED_CHECKS.flatMap(({ answer }) => (answer.by === 'replaced' ? [answer.defect] : []));
    expect(replaced.every((defect) => /^[A-F]\d+$/.test(defect))).toBe(true);
  });
});
