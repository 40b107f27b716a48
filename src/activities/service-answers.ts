import { setTimeout as pause } from 'node:timers/promises';
import { answerProblem } from '../plan/body-matches.js';
import type { CheckResult } from '../plan/checks.js';
import type { HttpCheck, LogCheck, ServiceCheck } from '../plan/schema.js';
import { logLines } from '../world/container-logs.js';
import { tryAsk } from '../world/http.js';
import type { ProjectPlace } from '../world/project-containers.js';
import { endpointIn, ownerProblem, type PortView, type ServicePort, viewPorts } from '../world/service-ports.js';
import type { StepContext } from './operator.js';

export interface AnswersAsked extends ProjectPlace {
  readonly checks: readonly ServiceCheck[];
  /** How long a check may take to pass; 0 asks once. */
  readonly seconds: number;
}

const EVERY_MS = 250;

/**
 * Asks a project's services until each answers as demanded, or the time is up. `http:<id>` is the body's answer,
 * `owner:<id>` that it came from this project's container, `log:<id>` a line since the container's start.
 */
export async function answersOf(step: StepContext, { checks, seconds, ...place }: AnswersAsked): Promise<readonly CheckResult[]> {
  const deadline = Date.now() + seconds * 1000;
  const results = new Map<string, readonly CheckResult[]>();
  for (;;) {
    const open = checks.filter(({ id }) => results.get(id)?.every(({ verdict }) => verdict === 'pass') !== true);
    if (open.length > 0) {
      const view = await viewPorts(step.docker, place);
      const answers = await Promise.all(open.map((check) => answerOf(step, view, check)));
      for (const [index, answer] of answers.entries()) results.set(open[index]?.id ?? '', answer);
    }
    const failed = [...results.values()].flat().some(({ verdict }) => verdict !== 'pass');
    if (!failed || Date.now() >= deadline) return checks.flatMap(({ id }) => results.get(id) ?? []);
    await pause(EVERY_MS, undefined, { signal: step.signal });
  }
}

function answerOf(step: StepContext, view: PortView, check: ServiceCheck): Promise<readonly CheckResult[]> {
  return 'log' in check ? logAnswer(step, view, check) : httpAnswer(step, view, check);
}

async function httpAnswer(step: StepContext, view: PortView, check: HttpCheck): Promise<readonly CheckResult[]> {
  const { problem, ms } = await askOnce(step, view, check);
  const expected = expectedPort(step, view.place, check);
  const owner = ownerProblem(view, check, expected);
  return [
    { id: `http:${check.id}`, verdict: problem ? 'fail' : 'pass', limit: demandOf(check), live: problem ?? `in ${ms} ms` },
    {
      id: `owner:${check.id}`,
      verdict: owner ? 'fail' : 'pass',
      limit: `port ${expected ?? '?'} belongs to '${check.service}' of '${view.place.project}'`,
      live: owner ?? 'it does',
    },
  ];
}

/** One request: null when the answer is as demanded, else what is wrong with it. */
export async function askOnce(
  step: StepContext,
  view: PortView,
  check: HttpCheck,
): Promise<{ readonly problem: string | null; readonly ms: number }> {
  const endpoint = endpointIn(view, check);
  if ('why' in endpoint) return { problem: endpoint.why, ms: 0 };
  const answer = await tryAsk({ url: endpoint.url + check.get, signal: step.signal });
  if ('why' in answer) return { problem: answer.why, ms: 0 };
  return { problem: answerProblem(check, answer), ms: answer.ms };
}

async function logAnswer({ docker }: StepContext, { containers, place }: PortView, check: LogCheck): Promise<readonly CheckResult[]> {
  const running = containers.find(({ service, status }) => service === check.service && status === 'running');
  const wanted = new RegExp(check.log);
  const found = running ? (await logLines(docker, running)).some((line) => wanted.test(line)) : false;
  const live = found ? 'found' : running ? 'no line since its start' : `no container of '${check.service}' in '${place.project}' runs`;
  return [{ id: `log:${check.id}`, verdict: found ? 'pass' : 'fail', limit: `a line of '${check.service}' matches ${check.log}`, live }];
}

/** The host port that the plan gave, or that the old project had before anybody touched it. */
function expectedPort({ target }: StepContext, { project, directory }: ProjectPlace, { service, port }: ServicePort): number | null {
  const { app } = target.observation;
  const environment = Object.values(target.environments).find((one) => one.project === project && one.folder === directory);
  const planned = environment?.ports.find((one) => one.service === service && one.target === port);
  if (planned) return planned.published;
  const old = app.name === project && app.directory === directory ? app.services.find(({ name }) => name === service) : undefined;
  return old?.ports.find(({ target: inside }) => inside === port)?.published ?? null;
}

function demandOf(check: HttpCheck): string {
  const body = [
    check.json ? JSON.stringify(check.json) : '',
    check.contains ? `contains '${check.contains}'` : '',
    check['not-empty-list'] ? 'a list that is not empty' : '',
    check['targets-up'] ? 'every target up' : '',
  ].filter(Boolean);
  return [`GET ${check.get} on ${check.service}:${check.port} answers ${check.status}`, ...body].join(', ');
}
