import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { StepSkeleton } from '../plan/run-plan.js';
import type { Activities, RunActivities } from './messages.js';

/**
 * The SDK's own default is TRY_CANCEL, under which an undo starts while its step still runs.
 * Retries are for a lost worker or transport trouble: a refusal by the world is marked non-retryable where it is made.
 */
const COMMON = {
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '500ms', backoffCoefficient: 1.5, maximumInterval: '5s' },
} satisfies ActivityOptions;

export function stepActivities(step: StepSkeleton): Activities {
  return proxyActivities<Activities>({
    ...COMMON,
    startToCloseTimeout: step.seconds * 1000,
    heartbeatTimeout: step.inWindow ? '4s' : '10s',
    summary: `${step.stage} ${step.summary}`.slice(0, 200),
  });
}

export function undoActivities(step: StepSkeleton): Activities {
  return proxyActivities<Activities>({
    ...COMMON,
    startToCloseTimeout: '10m',
    heartbeatTimeout: '4s',
    summary: `undo ${step.stage} ${step.summary}`.slice(0, 200),
  });
}

export function runActivities(): RunActivities {
  return proxyActivities<Activities>({ ...COMMON, startToCloseTimeout: '60s', heartbeatTimeout: '10s' });
}
