import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { differencesFrom } from './support/expected.js';
import { Sample } from './support/sample.js';

jest.setTimeout(600_000);

describe('a run whose new production is sick', () => {
  let sample: Sample;
  let oldIds: string;
  const idsOfOld = () => sample.docker('ps', '-q', '--no-trunc', '--filter', 'label=com.docker.compose.project=tutordex');

  beforeAll(async () => {
    sample = await Sample.deploy();
    oldIds = await idsOfOld();
  });
  afterAll(() => sample.destroy());

  it('goes back to SP5 by itself, also when the worker is killed on the way back', async () => {
    await sample.start();
    await sample.releaseAll(['SP0', 'SP1', 'SP2', 'SP3', 'SP4']);
    await sample.until(({ stopPoint }) => stopPoint?.id === 'SP5');
    const backend = await sample.docker(
      'ps',
      '-aq',
      '--filter',
      'label=com.docker.compose.project=tutordex-prod',
      '--filter',
      'label=com.docker.compose.service=backend',
    );
    await sample.docker('cp', join(sample.home, 'stoppoint.yaml'), `${backend}:/tmp/sick`);
    await sample.release('SP5');
    await sample.untilJournal((event) => event.type === 'undo started');
    await sample.kill('worker');
    const back = await sample.until(({ stopPoint, attempt }) => stopPoint?.id === 'SP5' && attempt === 2);
    expect(back.rollback?.cause).toContain('service.check');
    expect((await sample.stoppoint('status')).code).toBe(5);
  });

  it('has the old containers on their ports, with their data', async () => {
    expect(await idsOfOld()).toBe(oldIds);
    expect((await sample.get('http://127.0.0.1:8000/health/dependencies')).text).toContain('"ok": true');
    expect((await sample.get('http://127.0.0.1:8000/assignments?limit=5')).text.length).toBeGreaterThan(50);
    expect(await sample.docker('inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', 'tutordex-backend-1')).toBe('unless-stopped');
    expect(Number(await sample.docker('exec', 'tutordex-redis-1', 'redis-cli', 'dbsize'))).toBeGreaterThan(10);
  });

  it('goes all the way to SP0 on request: nothing of it is left but the backups', async () => {
    const asked = await sample.stoppoint('rollback', '--to', 'SP0', '--yes', '--deployment', 'tutordex', '--reason', 'test');
    expect(asked.stderr).toBe('');
    expect(await sample.outcome()).toBe('rolled back');
    expect((await sample.stoppoint('status')).code).toBe(5);
    expect(await differencesFrom('rolled-back', await sample.endState())).toEqual([]);
    expect((await readdir(join(await sample.runFolder(), 'backups'))).length).toBeGreaterThan(5);
    const answered = (await sample.journal()).flatMap(({ event }) => (event.type === 'undo done' ? event.evidence.checks : []));
    expect(answered.filter(({ id }) => id.startsWith('state:')).map(({ verdict }) => verdict)).toEqual(expect.arrayContaining(['pass']));
    expect(answered.some(({ verdict }) => verdict === 'fail')).toBe(false);
  });

  it('refuses a decision after the end', async () => {
    const late = await sample.stoppoint('approve', 'SP5', '--shown', 'a'.repeat(64), '--attest-all');
    expect(late.code).toBe(4);
  });
});

describe('a run that is abandoned inside the window', () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await Sample.deploy();
  });
  afterAll(() => sample.destroy());

  it('is led back by way-back.sh, with Stoppoint gone', async () => {
    await sample.start();
    await sample.releaseAll(['SP0', 'SP1', 'SP2', 'SP3', 'SP4', 'SP5']);
    await sample.untilJournal((event) => event.type === 'step done' && event.step.includes('project.stop'));
    await sample.kill('supervisor', 'worker', 'temporal');
    const script = join(sample.state, 'runs', (await readdir(join(sample.state, 'runs')))[0] ?? '', 'way-back.sh');
    const led = await sample.must('sh', [script]);
    expect(led.stdout).toContain('done: the old project runs');
    expect((await sample.get('http://127.0.0.1:8000/health')).text).toContain('"ok": true');
    expect(await sample.docker('ps', '-q', '--filter', 'label=com.docker.compose.project=tutordex-prod')).toBe('');
    // It may be run again without harm.
    expect((await sample.must('sh', [script])).code).toBe(0);
  });
});
