import { describe, expect, test } from '@jest/globals';
import { answerProblem } from '../../../src/plan/body-matches.js';

const ok = (body: unknown, status = 200) => ({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('an answer', () => {
  test('with {"ok": false} and status 200 is a failure', () => {
    expect(answerProblem({ status: 200, json: { ok: true } }, ok({ ok: false }))).toBe("'ok' is false, not true");
  });

  test('passes when it has the keys; further keys do not matter', () => {
    expect(answerProblem({ status: 200, json: { ok: true, 'redis.ok': true } }, ok({ ok: true, redis: { ok: true }, n: 1 }))).toBeNull();
  });

  test('fails on a nested key that is missing, also through a text or null', () => {
    expect(answerProblem({ status: 200, json: { 'a.b.c': 1 } }, ok({ a: { b: 'c' } }))).toBe("the body has no 'a.b.c'");
    expect(answerProblem({ status: 200, json: { 'a.b': 1 } }, ok({ a: null }))).toBe("the body has no 'a.b'");
  });

  test('does not take 1 for true, nor "true" for true', () => {
    expect(answerProblem({ status: 200, json: { ok: true } }, ok({ ok: 1 }))).not.toBeNull();
    expect(answerProblem({ status: 200, json: { ok: true } }, ok({ ok: 'true' }))).not.toBeNull();
  });

  test('reads a key with a dot literally first', () => {
    expect(answerProblem({ status: 200, json: { 'a.b': 2 } }, ok({ 'a.b': 2, a: { b: 3 } }))).toBeNull();
  });

  test('never takes an inherited name for a key', () => {
    expect(answerProblem({ status: 200, json: { constructor: 1 } }, ok({}))).toBe("the body has no 'constructor'");
  });

  test('compares objects as a whole, whatever the order of keys', () => {
    expect(answerProblem({ status: 200, json: { a: { x: 1, y: 2 } } }, ok('{"a":{"y":2,"x":1}}'))).toBeNull();
    expect(answerProblem({ status: 200, json: { a: { x: 1 } } }, ok({ a: { x: 1, y: 2 } }))).toBe("'a' is an object, not an object");
  });

  test('with another status fails whatever it says', () => {
    expect(answerProblem({ status: 200, json: { ok: true } }, ok({ ok: true }, 503))).toBe('status 503, not 200');
    expect(answerProblem({ status: 302 }, ok('', 302))).toBeNull();
  });

  test('that is no JSON fails', () => {
    expect(answerProblem({ status: 200, json: { ok: true } }, ok('<html>'))).toBe('the body is no JSON');
  });

  test('must contain the text', () => {
    expect(answerProblem({ status: 200, contains: 'dashboard' }, ok('a dashboard'))).toBeNull();
    expect(answerProblem({ status: 200, contains: 'dashboard' }, ok('login'))).toBe("the body lacks 'dashboard'");
  });

  test('that should be a list with something in it may not be empty', () => {
    expect(answerProblem({ status: 200, 'not-empty-list': true }, ok([1]))).toBeNull();
    expect(answerProblem({ status: 200, 'not-empty-list': true }, ok([]))).toBe('the list is empty');
    expect(answerProblem({ status: 200, 'not-empty-list': true }, ok({}))).toBe('the body is no list');
  });

  test('does not show long values', () => {
    const problem = answerProblem({ status: 200, json: { key: 'a' } }, ok({ key: 's'.repeat(100) }));
    expect(problem).toBe("'key' is a longer text, not 'a'");
  });
});

describe("Prometheus' targets", () => {
  const targets = (...health: string[]) =>
    ok({ data: { activeTargets: health.map((one, n) => ({ health: one, labels: { job: `job${n}` } })) } });

  test('pass when each is up', () => {
    expect(answerProblem({ status: 200, 'targets-up': true }, targets('up', 'up'))).toBeNull();
  });

  test('fail with the names of those that are not', () => {
    expect(answerProblem({ status: 200, 'targets-up': true }, targets('up', 'down', 'unknown'))).toBe(
      '2 of 3 targets are not up: job1 down, job2 unknown',
    );
  });

  test('fail when there is none', () => {
    expect(answerProblem({ status: 200, 'targets-up': true }, targets())).toBe('there is no active target');
  });
});
