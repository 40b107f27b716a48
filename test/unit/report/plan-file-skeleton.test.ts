import { describe, expect, it } from '@jest/globals';
import { parsePlanFile } from '../../../src/plan/read-plan-file.js';
import { planFileSkeleton } from '../../../src/report/plan-file-skeleton.js';

const app = { directory: '.', files: ['docker-compose.yml'], running: 'demo', redis: 'redis' };

describe('the skeleton that init writes', () => {
  it('is a plan file that the schema takes, guesses included', () => {
    const database = { directory: '../base', files: ['docker-compose.yml'], running: 'base' };
    const planFile = parsePlanFile(planFileSkeleton({ deployment: 'demo', app, database }), 'stoppoint.yaml');
    expect(planFile.projects.app).toMatchObject({ directory: '.', running: 'demo', redis: 'redis' });
    expect(planFile.environments.staging['database-project']).toBe('base-staging');
  });

  it('marks what it could not find', () => {
    const text = planFileSkeleton({ deployment: 'demo', app: { ...app, redis: null }, database: null });
    expect(() => parsePlanFile(text, 'stoppoint.yaml')).not.toThrow();
    expect(text).toContain('# ! not found among the running projects');
  });
});
