import { describe, expect, it } from '@jest/globals';
import { table } from '../../../src/report/table.js';
import { bytes, counted, duration } from '../../../src/report/words.js';

describe('words', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_240, '1.2 s'],
    [59_999, '59.9 s'],
    [372_000, '6m 12s'],
    [3_780_000, '1h 03m'],
  ])('%d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('counts and measures', () => {
    expect(counted(1, 'service')).toBe('1 service');
    expect(counted(0, 'service')).toBe('0 services');
    expect(bytes(0)).toBe('0 B');
    expect(bytes(1_500_000)).toBe('1.5 MB');
  });
});

describe('a table', () => {
  it('aligns by characters, not by bytes, and leaves no blanks at the end', () => {
    expect(
      table([
        ['✔', 'a', 'x'],
        ['no', '', ''],
      ]),
    ).toEqual(['✔   a  x', 'no']);
  });
});
