import { describe, expect, test } from '@jest/globals';
import type { StoppointError } from '../../../src/plan/diagnostic.js';
import { parsePlanFile } from '../../../src/plan/read-plan-file.js';

const GOOD = `version: 1
deployment: demo
projects:
  app: { directory: app, running: demo }
  database: { directory: db, running: demodb, kind: supabase-self-hosted }
environments:
  production: { project: demo-prod, folder: prod }
  staging: { project: demo-staging, folder: staging, database-project: db-staging, database-folder: db-staging }
schema: { snapshot: schema.sql }
isolation:
  write: { service: web, port: 8000, path: /x, json: {} }
  look: { table: public.x, column: y }
`;

function refused(text: string): { code: string; message: string; places: readonly string[] } {
  try {
    parsePlanFile(text, 'stoppoint.yaml');
  } catch (error) {
    const { code, message, problems } = error as StoppointError;
    return { code, message, places: problems.map((one) => `${one.line}:${one.column} ${one.path}: ${one.message}`) };
  }
  throw new Error('the plan file was accepted');
}

describe('a plan file', () => {
  test('that is right is data, with defaults and seconds', () => {
    const { window, monitor, projects } = parsePlanFile(`${GOOD}window: { budget: 2m }\n`, 'stoppoint.yaml');
    expect([window.budget, monitor.for, projects.database.gateway]).toEqual([120, 1800, 'kong']);
  });

  test('with several faults tells all of them at once, each with line and column', () => {
    const text = GOOD.replace('deployment: demo', 'deployment: Demo!').replace('running: demodb', 'runing: demodb');
    const { code, message, places } = refused(`${text}window:\n  budget: soon\n`);
    expect([code, message]).toEqual(['PLAN_FILE_INVALID', "'stoppoint.yaml' has 4 problems"]);
    expect(places).toEqual([
      '2:13 deployment: lower-case letters, digits, _ and -, 63 at most',
      '5:13 projects.database.running: is missing',
      "5:30 projects.database.runing: unknown key 'runing'",
      '14:11 window.budget: a duration such as 30s, 5m or 24h',
    ]);
  });

  test('that is broken YAML tells the place', () => {
    expect(refused('version: 1\nprojects: {app: [}\n')).toMatchObject({
      code: 'PLAN_FILE_INVALID',
      places: expect.arrayContaining([expect.stringMatching(/^2:18 : /)]),
    });
  });

  test('that names a key twice is refused at the second', () => {
    expect(refused(`${GOOD}deployment: other\n`)).toMatchObject({
      code: 'PLAN_FILE_INVALID',
      places: [expect.stringMatching(/^13:1 : .*unique/)],
    });
  });

  test('that is empty, or no mapping, is refused', () => {
    expect(refused('')).toMatchObject({ code: 'PLAN_FILE_INVALID' });
    expect(refused('- a\n')).toMatchObject({ code: 'PLAN_FILE_INVALID', places: [expect.stringMatching(/^1:1 : /)] });
  });

  test.each([
    ['stop-points:\n  SP4: { expires: 24h }', "14:10 stop-points.SP4.expires: the key 'stop-points.SP4.expires' is not built yet"],
    ['stop-points:\n  SP4: { on-expiry: hold }', "14:10 stop-points.SP4.on-expiry: the key 'stop-points.SP4.on-expiry' is not built yet"],
    ['window: { park-traffic: auto }', "13:25 window.park-traffic: the value 'auto' of 'window.park-traffic' is not built yet"],
    ['stores: { redis_data: replica }', "13:23 stores.redis_data: the value 'replica' of 'stores.redis_data' is not built yet"],
    ['rehearsal: {}', "13:1 rehearsal: the key 'rehearsal' is not built yet"],
  ])('with what the design names and nobody built is refused as not built: %s', (more, place) => {
    expect(refused(`${GOOD}${more}\n`)).toMatchObject({ code: 'PLAN_KEY_NOT_BUILT', places: [place] });
  });

  test.each([
    ['production: { project: demo-prod, folder: prod, ports: keep }', 'environments.production.ports'],
    ['production: { project: demo-prod, folder: prod, side-effects: off }', 'environments.production.side-effects'],
  ])('%s is refused as not built', (line, key) => {
    const { code, message } = refused(GOOD.replace('production: { project: demo-prod, folder: prod }', line));
    expect([code, message]).toEqual(['PLAN_KEY_NOT_BUILT', `'${key}' in 'stoppoint.yaml' is not built yet`]);
  });

  test('with both faults and unbuilt keys is invalid, and says which is which', () => {
    const { code, places } = refused(`${GOOD}window: { park-traffic: auto, bugdet: 1s }\n`);
    expect([code, places.length]).toEqual(['PLAN_FILE_INVALID', 2]);
    expect(places.join('\n')).toMatch(/'auto' of 'window.park-traffic' is not built yet[^]*unknown key 'bugdet'/);
  });
});
