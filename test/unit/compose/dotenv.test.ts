import { describe, expect, test } from '@jest/globals';
import { DotenvProblem, parseDotenv } from '../../../src/compose/dotenv.js';
import { UnwritableValue, writeDotenv } from '../../../src/compose/dotenv-write.js';
import { HOSTILE_LINES, HOSTILE_VALUES } from './hostile-lines.js';

const lookup = (name: string) => ({ HOME: '/root' })[name];

describe("an env file with Compose's meaning", () => {
  test.each(HOSTILE_LINES)('%j means %j', (line, expected) => {
    expect(Object.fromEntries(parseDotenv(line, lookup))).toEqual(expected);
  });

  test('later lines see earlier ones, and what surrounds the file wins over both', () => {
    expect(parseDotenv('A=1\nHOME=/file\nB=$A$HOME', lookup).get('B')).toBe('1/root');
  });

  test('a broken line is told by its number, never by its value', () => {
    expect(() => parseDotenv("A=1\nTOKEN='sesame\n")).toThrow(expect.objectContaining({ line: 2, message: 'a quoted value does not end' }));
    expect(() => parseDotenv('A=1\n\nB=open${sesame')).toThrow(
      expect.objectContaining({ line: 3, message: 'a value cannot be interpolated' }),
    );
    expect(() => parseDotenv('A B=1')).toThrow(DotenvProblem);
  });
});

describe('an env file that we write', () => {
  test('has one single-quoted line per key under its heading', () => {
    expect(
      writeDotenv(
        [
          ['APP_ENV', 'staging'],
          ['EMPTY', ''],
        ],
        ['made by stoppoint'],
      ),
    ).toBe("# made by stoppoint\nAPP_ENV='staging'\nEMPTY=''\n");
  });

  test.each(HOSTILE_VALUES)('%j is read back', (value) => {
    expect(parseDotenv(writeDotenv([['P', value]])).get('P')).toBe(value);
  });

  test('a value that cannot be read back is refused by its key', () => {
    expect(() => writeDotenv([['P', 'nul\0byte']])).toThrow(UnwritableValue);
    expect(() => writeDotenv([['A-B', 'x']])).toThrow(/'A-B'/);
  });
});
