import { expect, test } from '@jest/globals';
import { schemaDifference } from '../../../src/report/schema-difference.js';

const fact = (kind: string, object: string, definition = 'x') => ({ kind, object, definition });

test('equal facts in another order are no difference', () => {
  const a = [fact('grant', 'relation t', 'anon SELECT'), fact('grant', 'relation t', 'app SELECT'), fact('table', 't')];
  expect(schemaDifference(a, a.toReversed())).toEqual({ lines: [], compared: 2 });
});

test('what one side lacks, has more, or has otherwise is named without its definition', () => {
  const production = [fact('index', 'i'), fact('column', 't.c', 'int'), fact('grant', 'relation t', 'a')];
  const staging = [fact('trigger', 'g'), fact('column', 't.c', 'text'), fact('grant', 'relation t', 'a'), fact('grant', 'relation t', 'b')];
  expect(schemaDifference(production, staging).lines).toEqual([
    'column t.c: differs',
    'grant relation t: differs',
    'index i: production only',
    'trigger g: staging only',
  ]);
});
