import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type Docker from 'dockerode';
import { join } from 'node:path';
import { isCode } from '../plan/codes.js';
import { StoppointError } from '../plan/diagnostic.js';
import { type Evidence, type Failure, NO_EVIDENCE } from '../plan/evidence.js';
import type { Operation } from '../plan/operation.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { Target } from '../plan/target.js';
import type { StepInput, StepResult, UndoResult } from '../workflows/messages.js';
import { CommandError } from '../world/run-command.js';
import { writeDurably } from '../world/write-durably.js';
import { exclusively } from './exclusively.js';
import type { Operator, Probe, StepContext } from './operator.js';
import { readRunPlan } from './run-plan-file.js';
import { StepFolder } from './step-folder.js';

export interface HarnessDependencies {
  readonly docker: Docker;
  /** Holds a folder per run. */
  readonly runsFolder: string;
  readonly secretsOf: (plan: RunPlan<Target>) => (name: string) => string;
}

const EVIDENCE_LIMIT = 20_000;

/** Turns an operator into the two activities of its kind: the step and its undo. */
export function activitiesOf<O extends Operation>(operator: Operator<O>, dependencies: HarnessDependencies) {
  return {
    forward: (input: StepInput) => underTemporal(input, dependencies, (step) => carryOut(operator, step)),
    back: (input: StepInput) => underTemporal(input, dependencies, (step) => takeBack(operator, step)),
  };
}

/** Probe → act → probe. A retry, or another worker after a crash, first asks the world. */
export async function carryOut<O extends Operation>(operator: Operator<O>, step: StepContext): Promise<StepResult> {
  const operation = operationOf<O>(step);
  const before = await captured(operator, step, operation);
  const first = await operator.probe(step, operation, before);
  if (first.verdict === 'done' || skipsUnknown(step, first)) {
    const evidence = await evidenceOf(operator, step, operation, before, null);
    // What an earlier attempt did may stand, and still be red: a retry must not turn it green by having acted before.
    refuseFailedChecks(evidence);
    return { already: true, evidence };
  }
  const acted = (await operator.act(step, operation, before)) ?? null;
  if (acted) refuseFailedChecks(acted);
  const evidence = await evidenceOf(operator, step, operation, before, acted);
  refuseFailedChecks(evidence);
  await step.folder.write('evidence.json', evidence);
  const second = await operator.probe(step, operation, before);
  if (second.verdict !== 'done') throw new StoppointError('STEP_NOT_PROVEN', `'${step.stepId}' acted, but: ${second.why}`);
  return { already: false, evidence };
}

/** Undoes what may have happened, and proves it. Without a captured state nothing ever acted. */
export async function takeBack<O extends Operation>(operator: Operator<O>, step: StepContext): Promise<UndoResult> {
  const operation = operationOf<O>(step);
  const saved = await step.folder.read<{ state: unknown }>('before.json');
  if (!saved || !operator.undo) return { how: 'not needed', evidence: NO_EVIDENCE };
  const evidence = (await operator.undo(step, operation, saved.state)) ?? NO_EVIDENCE;
  const after = await probeUndone(operator, step, operation, saved.state);
  if (after.verdict !== 'done') throw new StoppointError('UNDO_NOT_PROVEN', `the undo of '${step.stepId}' ran, but: ${after.why}`);
  await step.folder.write('undone.json', { evidence });
  return { how: 'undone', evidence };
}

async function probeUndone<O extends Operation>(operator: Operator<O>, step: StepContext, operation: O, before: unknown): Promise<Probe> {
  if (operator.probeUndone) return await operator.probeUndone(step, operation, before);
  const probe = await operator.probe(step, operation, before);
  return { ...probe, verdict: probe.verdict === 'not done' ? 'done' : 'partly' };
}

async function captured<O extends Operation>(operator: Operator<O>, step: StepContext, operation: O): Promise<unknown> {
  const saved = await step.folder.read<{ state: unknown }>('before.json');
  if (saved) return saved.state;
  const state = (await operator.capture?.(step, operation)) ?? null;
  await step.folder.write('before.json', { state });
  return state;
}

async function evidenceOf<O extends Operation>(
  operator: Operator<O>,
  step: StepContext,
  operation: O,
  before: unknown,
  acted: Evidence | null,
): Promise<Evidence> {
  const evidence =
    acted ?? (await step.folder.read<Evidence>('evidence.json')) ?? (await operator.evidence?.(step, operation, before)) ?? NO_EVIDENCE;
  if (JSON.stringify(evidence).length > EVIDENCE_LIMIT) {
    throw new StoppointError('STEP_FAILED', `the evidence of '${step.stepId}' is larger than ${EVIDENCE_LIMIT} bytes`);
  }
  return evidence;
}

function refuseFailedChecks(evidence: Evidence): void {
  const failed = evidence.checks.filter(({ verdict }) => verdict !== 'pass');
  if (failed.length === 0) return;
  const names = failed.slice(0, 5).map(({ id, live }) => `${id}${live ? ` (${live})` : ''}`);
  const error = new StoppointError('CHECKS_FAILED', `${failed.length} checks did not pass: ${names.join(', ')}`);
  throw Object.assign(error, { evidence });
}

function skipsUnknown(step: StepContext, probe: Probe): boolean {
  if (probe.verdict !== 'cannot tell') return false;
  const { whenUnknown } = stepOf(step);
  if (whenUnknown === 'ask') throw new StoppointError('STEP_UNKNOWN', `'${step.stepId}': ${probe.why}`);
  return whenUnknown === 'assume done';
}

function stepOf(step: StepContext) {
  const found = step.plan.steps.find(({ id }) => id === step.stepId);
  if (!found) throw new StoppointError('RUN_PLAN_BROKEN', `the run plan has no step '${step.stepId}'`);
  return found;
}

function operationOf<O extends Operation>(step: StepContext): O {
  return stepOf(step).operation as O;
}

async function underTemporal<T>(input: StepInput, dependencies: HarnessDependencies, work: (step: StepContext) => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 500);
  try {
    // A slow heartbeat can make Temporal start a second attempt while the first still runs in this process.
    return await exclusively(`${input.runId} ${input.stepId}`, context.cancellationSignal, async () => {
      const runFolder = join(dependencies.runsFolder, input.runId);
      const plan = await readRunPlan(runFolder);
      return await work({
        ...input,
        plan,
        target: plan.target,
        docker: dependencies.docker,
        runFolder,
        folder: StepFolder.of({ runFolder, ...input }),
        secret: dependencies.secretsOf(plan),
        labels: { 'org.stoppoint.run': input.runId, 'org.stoppoint.step': input.stepId, 'org.stoppoint.deployment': plan.deployment },
        signal: context.cancellationSignal,
      });
    });
  } catch (error) {
    if (context.cancellationSignal.aborted) throw context.cancellationSignal.reason;
    await keepOutput(error, StepFolder.of({ runFolder: join(dependencies.runsFolder, input.runId), ...input }));
    throw asFailure(error);
  } finally {
    clearInterval(beat);
  }
}

/** A child's output may hold anything: it lies in the run's folder, never in history. */
async function keepOutput(error: unknown, folder: StepFolder): Promise<void> {
  if (error instanceof CommandError) await writeDurably(folder.file('failed-command.txt'), `${error.message}\n\n${error.stderr}`);
}

/** Engine trouble is retried by Temporal; everything else is an answer, and a person's matter. */
function asFailure(error: unknown): unknown {
  if (isTransportTrouble(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof StoppointError && isCode(error.code) ? error.code : 'STEP_FAILED';
  const next = error instanceof StoppointError ? error.next : "look at 'stoppoint report', then retry or roll back";
  const { evidence } = error as { evidence?: Evidence };
  const detail: Partial<Failure> = { next, ...(evidence ? { evidence } : {}) };
  return ApplicationFailure.create({ type: code, message: message.slice(0, 1000), nonRetryable: true, details: [detail] });
}

function isTransportTrouble(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'connect' && (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET');
}
