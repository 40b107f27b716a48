import type { CheckResult } from '../plan/checks.js';
import type { Environment } from '../plan/operation.js';
import { missingVariable } from '../plan/missing-variable.js';
import { logLines } from '../world/container-logs.js';
import { type ProjectContainer, projectContainers } from '../world/project-containers.js';
import { check } from './project-state.js';
import type { StepContext } from './operator.js';

/** `no-missing-variables` and `app-env`, from what the containers were given and have said since their start. */
export async function startWords(step: StepContext, environment: Environment): Promise<readonly CheckResult[]> {
  const { project, folder, label } = step.target.environments[environment];
  const containers = await projectContainers(step.docker, { project, directory: folder });
  const said = await Promise.all(containers.map(async (one) => ({ one, lines: await logLines(step.docker, one) })));
  const missing = said.flatMap(({ one, lines }) => missingIn(one, lines));
  const lines = said.reduce((sum, { lines: own }) => sum + own.filter(Boolean).length, 0);
  const wrong = said.flatMap(({ one, lines: own }) => wrongWords(one, own, label));
  const told = said.filter(({ lines: own }) => own.some((line) => APP_ENV.test(line))).length;
  return [
    check(
      'no-missing-variables',
      'no log line since the start misses a variable',
      missing,
      `${lines} lines of ${containers.length} containers`,
    ),
    check('app-env', `APP_ENV is '${label}'`, [...wrongValues(step, containers, label), ...wrong], `${told} start-up logs say so`),
  ];
}

const APP_ENV = /\bAPP_ENV: ?([A-Za-z0-9_-]+)/;

function missingIn({ service }: ProjectContainer, lines: readonly string[]): readonly string[] {
  const names = new Set(lines.map(missingVariable).filter((name) => name !== null));
  return [...names].map((name) => `${service}: ${name}`);
}

/** A service that reads an env file must know its environment; another must not be told a wrong one. */
export function wrongValues({ target }: StepContext, containers: readonly ProjectContainer[], label: string): readonly string[] {
  const configured = new Set(target.observation.app.envFiles.flatMap(({ services }) => services));
  const told = containers.filter(({ appEnv }) => appEnv !== null);
  if (told.length === 0) return ['no container has APP_ENV'];
  return containers
    .filter(({ service, appEnv }) => (appEnv === null ? configured.has(service) : appEnv !== label))
    .map(({ service, appEnv }) => `${service}: ${appEnv === null ? 'has none' : `'${appEnv}'`}`);
}

function wrongWords({ service }: ProjectContainer, lines: readonly string[], label: string): readonly string[] {
  const words = new Set(lines.map((line) => APP_ENV.exec(line)?.[1]).filter((word) => word !== undefined && word !== label));
  return [...words].map((word) => `${service}: its log says '${word}'`);
}
