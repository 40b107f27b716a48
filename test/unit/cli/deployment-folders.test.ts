import { describe, expect, it } from '@jest/globals';
import { deploymentFolders } from '../../../src/cli/deployment-folders.js';
import type { Target } from '../../../src/plan/target.js';

const bind = (source: string, readOnly: boolean) => ({ type: 'bind', source, target: '/x', readOnly });
const project = (directory: string, mounts: readonly object[]) => ({ directory, services: [{ mounts }] });
const target = (...mounts: readonly object[]) =>
  ({ observation: { app: project('/srv/app', mounts), database: project('/srv/base', []) } }) as unknown as Target;

describe('the folders of a deployment', () => {
  it('are both projects and what is mounted, whether it is written to or not', () => {
    expect(deploymentFolders(target(bind('/srv/data', false), bind('/srv/conf', true), { type: 'volume', volume: 'v' }))).toEqual([
      '/srv/app',
      '/srv/base',
      '/srv/data',
      '/srv/conf',
    ]);
  });

  it('are not the whole host, which exporters mount read-only', () => {
    expect(deploymentFolders(target(bind('/', true), bind('/sys', true), bind('/var/lib/docker', true)))).toEqual([
      '/srv/app',
      '/srv/base',
    ]);
    expect(deploymentFolders(target(bind('/', false)))).toContain('/');
  });
});
