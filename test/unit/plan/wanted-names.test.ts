import { describe, expect, test } from '@jest/globals';
import { wantedNames } from '../../../src/plan/wanted-names.js';
import { compiled } from './fixtures/demo.js';

const { target } = compiled();
const { environments, database, observation } = target;
const wanted = wantedNames(target);

describe('the names that a run will need', () => {
  test('hold a container per service of both environments and of the copied database', () => {
    const projects = [environments.production.project, environments.staging.project];
    for (const { name } of observation.app.services)
      for (const project of projects) expect(wanted.containers.get(`${project}-${name}-1`)).toBe(project);
    for (const { name } of observation.database.services)
      expect(wanted.containers.get(`${database.project}-${name}-1`)).toBe(database.project);
    expect(wanted.containers.size).toBe(2 * observation.app.services.length + observation.database.services.length);
  });

  test('hold the networks that are made, and none that only is joined', () => {
    expect(wanted.networks.get(environments.production.databaseNetwork)).toBe(environments.production.project);
    expect(wanted.networks.get(database.network)).toBe(database.project);
    const joined = observation.app.networks.filter(({ external }) => external);
    for (const { name } of joined) expect(wanted.networks.has(name)).toBe(false);
  });

  test("hold staging's volumes and never those of today, which production adopts", () => {
    for (const name of Object.values(environments.staging.volumes)) expect(wanted.volumes.get(name)).toBe(environments.staging.project);
    for (const { name } of [...observation.app.volumes, ...observation.database.volumes]) expect(wanted.volumes.has(name)).toBe(false);
  });

  test('hold nothing that is there today', () => {
    for (const { containerName } of [...observation.app.services, ...observation.database.services])
      expect(wanted.containers.has(containerName)).toBe(false);
    for (const { name } of [...observation.app.networks, ...observation.database.networks]) expect(wanted.networks.has(name)).toBe(false);
  });
});
