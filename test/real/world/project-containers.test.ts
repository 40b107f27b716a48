import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type Docker from 'dockerode';
import { inspectProject, nameOf, projectContainers, type ProjectPlace } from '../../../src/world/project-containers.js';
import { labelsOf } from '../support/labelled.js';
import { testRuns } from '../support/test-runs.js';
import { BASE_IMAGE } from '../support/tiny-servers.js';

jest.setTimeout(60_000);

const { docker, things } = testRuns('project');
const place: ProjectPlace = { project: `${things.id}-p`, directory: '/here' };

/** Made, never started: labels are all that is read here. */
async function made(
  name: string,
  labels: { readonly [label: string]: string },
  restart: Docker.HostRestartPolicy = { Name: '' },
): Promise<void> {
  await docker.createContainer({
    name: `${things.id}-${name}`,
    Image: BASE_IMAGE,
    Labels: { ...things.labels, ...labels },
    HostConfig: { RestartPolicy: restart },
  });
}

beforeAll(async () => {
  const { 'com.docker.compose.oneoff': _, ...ofImage } = labelsOf(place, 'web');
  await made('web', labelsOf(place, 'web'), { Name: 'on-failure', MaximumRetryCount: 4 });
  await made('store', labelsOf(place, 'store'));
  await made('elsewhere', labelsOf({ ...place, directory: '/there' }, 'web'));
  await made('run', { ...labelsOf(place, 'web'), 'com.docker.compose.oneoff': 'True' });
  await made('lock', ofImage);
  await made('longer', labelsOf({ ...place, project: `${place.project}-more` }, 'web'));
});

const names = (containers: Awaited<ReturnType<typeof inspectProject>>) => containers.map((c) => nameOf(c).replace(`${things.id}-`, ''));

describe("a project's containers", () => {
  test('are those of its folder, in the order of their services', async () => {
    expect(names(await inspectProject(docker, place))).toEqual(['store', 'web']);
  });

  test('are those of its name where no folder is given', async () => {
    expect(names(await inspectProject(docker, { project: place.project }))).toEqual(['store', 'elsewhere', 'web']);
  });

  test('are not one-off ones, nor what was made of an image that carries its labels, nor those of a longer name', async () => {
    const found = names(await inspectProject(docker, { project: place.project }));
    for (const other of ['run', 'lock', 'longer']) expect(found).not.toContain(other);
  });

  test('have the same facts in both views, the restart policy with its count', async () => {
    const facts = await projectContainers(docker, place);
    expect(facts.map(({ service, restart, status }) => [service, restart, status])).toEqual([
      ['store', 'no', 'created'],
      ['web', 'on-failure:4', 'created'],
    ]);
    expect(facts.map(({ id }) => id)).toEqual((await inspectProject(docker, place)).map(({ Id }) => Id));
  });
});
