import type { NamedCheck } from '../../../src/plan/checks.js';
import { NO_EVIDENCE } from '../../../src/plan/evidence.js';
import { STOP_POINT_IDS, type Operation, type StageId, type StopPointId } from '../../../src/plan/operation.js';
import type { RunEvent } from '../../../src/plan/run-event.js';
import { type PlanSkeleton, sealPlan, skeletonOf } from '../../../src/plan/run-plan.js';
import { EMPTY_RUN, reduce, type RunState } from '../../../src/plan/run-state.js';
import type { ShownCheck } from '../../../src/plan/show.js';
import { numbered } from '../../../src/plan/steps.js';
import { type Entry, GENESIS, link } from '../../../src/record/chain.js';

const STEPS: readonly (readonly [StageId, Operation])[] = [
  ['0', { kind: 'lock.take', container: 'lock', image: 'i' }],
  ['1.1', { kind: 'backup.files', paths: ['/srv/.env'] }],
  ['1.2', { kind: 'database.start' }],
  ['3.0', { kind: 'project.create', environment: 'production' }],
  ['3.2', { kind: 'project.stop' }],
  ['3.5', { kind: 'project.start', environment: 'production' }],
  ['4.3', { kind: 'record.write' }],
];

const checks: readonly NamedCheck[] = [{ id: '0#1', at: 'SP0', says: 'the plan has been read', answer: { by: 'person' } }];

/** A plan with few steps, for renderers. */
export const PLAN: PlanSkeleton = skeletonOf(
  sealPlan({
    version: 1,
    deployment: 'demo',
    steps: numbered(STEPS.map(([stage, operation]) => ({ stage, operation, cause: 'test' }))),
    stopPoints: STOP_POINT_IDS.map((id) => ({ id, question: `${id} right?`, mayDecide: [], needs: 1, starterMay: true, checks })),
    limits: { budgetSeconds: 60 },
    target: null,
  }),
);

export const START = Date.UTC(2026, 1, 1, 2, 0, 0);

export interface Told {
  readonly entries: readonly Entry<RunEvent>[];
  readonly state: RunState;
}

/** A journal and its fold: each event one second after the one before. */
export function told(events: readonly RunEvent[]): Told {
  const entries: Entry<RunEvent>[] = [];
  const all: readonly RunEvent[] = [
    { type: 'run started', runId: '7f3a12cd', deployment: 'demo', planHash: PLAN.hash, startedBy: 'kim', buildId: 'b1', until: null },
    ...events,
  ];
  for (const event of all) {
    const n = entries.length + 1;
    entries.push(link({ n, at: START + n * 1_000, event, previous: entries.at(-1)?.hash ?? GENESIS }));
  }
  return { entries, state: entries.reduce((state, { event, at }) => reduce(state, event, at), EMPTY_RUN) };
}

export function stepId(stage: StageId): string {
  const step = PLAN.steps.find((candidate) => candidate.stage === stage);
  if (!step) throw new Error(`the test's plan has no step in ${stage}`);
  return step.id;
}

export function did(stage: StageId, evidence = NO_EVIDENCE): readonly RunEvent[] {
  const step = stepId(stage);
  return [
    { type: 'stage entered', stage },
    { type: 'step armed', step, attempt: 1 },
    { type: 'step done', step, ms: 1_200, already: false, evidence },
  ];
}

export function opened(stopPoint: StopPointId, shownChecks: readonly ShownCheck[] = []): RunEvent {
  return { type: 'stop point opened', stopPoint, shown: 'abcdef0123456789'.repeat(4), checks: shownChecks };
}

export function approved(stopPoint: StopPointId, counted = true): readonly RunEvent[] {
  const message = {
    verdict: 'approve',
    runId: '7f3a12cd',
    person: 'lee',
    reason: 'looked',
    stopPoint,
    shown: 'x',
    attest: ['*'],
    override: [],
  } as const;
  const receipt = counted ? ({ counted } as const) : ({ counted, code: 'STALE_HASH' } as const);
  return [{ type: 'message', message, receipt, via: 'update' }, ...(counted ? [{ type: 'stop point released', stopPoint } as const] : [])];
}
