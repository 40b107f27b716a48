import { setTimeout as pause } from 'node:timers/promises';
import type { CheckResult } from '../plan/checks.js';
import { type ProjectContainer, projectContainers, type ProjectPlace } from '../world/project-containers.js';
import type { StepContext } from './operator.js';

/** What must run, by service: whether it may have ended with 0, as its twin in the old project had. */
export type Expected = ReadonlyMap<string, { readonly mayHaveEnded: boolean }>;

export interface Watched {
  readonly place: ProjectPlace;
  /** How long it may take until everything runs. */
  readonly seconds: number;
  /** How long nothing may restart after that. */
  readonly stableSeconds: number;
}

const EVERY_MS = 250;

/** `running` and `restarts-stable`: a container in a crash loop is running most of the time. */
export async function stateChecks(step: StepContext, { place, seconds, stableSeconds }: Watched): Promise<readonly CheckResult[]> {
  const look = () => projectContainers(step.docker, place);
  const { containers, problems } = await settled(step, place, seconds);
  const restarts = new Set<string>();
  for (const end = Date.now() + stableSeconds * 1000; Date.now() < end; ) {
    await pause(EVERY_MS, undefined, { signal: step.signal });
    for (const problem of restartProblems(containers, await look())) restarts.add(problem);
  }
  const running = check(
    'running',
    `all ${expectedServices(step).size} services of '${place.project}' run`,
    problems,
    `${containers.length} containers`,
  );
  // Not having looked is no answer.
  if (stableSeconds === 0) return [running];
  const made = `${restartCount(containers)} restarts since they were made`;
  return [running, check('restarts-stable', `no restart within ${stableSeconds} s`, [...restarts], made)];
}

/** What still does not run, or is not healthy, when everything does or the time is up. */
export async function settled(step: StepContext, place: ProjectPlace, seconds: number) {
  const deadline = Date.now() + seconds * 1000;
  const expected = expectedServices(step);
  for (;;) {
    const containers = await projectContainers(step.docker, place);
    const problems = runningProblems(expected, containers);
    if (problems.length === 0 || Date.now() >= deadline) return { containers, problems };
    await pause(EVERY_MS, undefined, { signal: step.signal });
  }
}

/** Every service of the old project, whatever became of its container since. */
export function expectedServices({ target }: StepContext): Expected {
  return new Map(target.observation.app.services.map(({ name, running }) => [name, { mayHaveEnded: !running }]));
}

export function runningProblems(expected: Expected, containers: readonly ProjectContainer[]): readonly string[] {
  const missing = [...expected.keys()].filter((service) => !containers.some((one) => one.service === service));
  const bad = containers.filter((one) => {
    if (one.status === 'running') return one.health !== null && one.health !== 'healthy';
    return !(one.status === 'exited' && one.exitCode === 0 && expected.get(one.service)?.mayHaveEnded);
  });
  if (containers.length === 0) return ['it has no containers'];
  return [...missing.map((service) => `${service}: no container`), ...bad.map(stateOf)];
}

export function restartProblems(before: readonly ProjectContainer[], after: readonly ProjectContainer[]): readonly string[] {
  return before.flatMap((earlier) => {
    const now = after.find(({ id }) => id === earlier.id);
    if (!now) return [`${earlier.service}: its container is gone`];
    const same = now.restartCount === earlier.restartCount && now.startedAt === earlier.startedAt && now.status === earlier.status;
    return same ? [] : [`${earlier.service}: restarted`];
  });
}

function stateOf({ service, status, exitCode, health }: ProjectContainer): string {
  return `${service}: ${status}${status === 'exited' ? ` (${exitCode})` : ''}${status === 'running' && health ? `, ${health}` : ''}`;
}

function restartCount(containers: readonly ProjectContainer[]): number {
  return containers.reduce((sum, one) => sum + one.restartCount, 0);
}

/** The first problems by name: evidence stays small. */
export function check(id: string, limit: string, problems: readonly string[], otherwise: string): CheckResult {
  const more = problems.length > 6 ? ` and ${problems.length - 6} more` : '';
  return { id, verdict: problems.length === 0 ? 'pass' : 'fail', limit, live: problems.slice(0, 6).join('; ') + more || otherwise };
}
