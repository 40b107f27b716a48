import type { CheckResult } from './checks.js';

/** One look at a project. */
export interface Sample {
  /** Check id → whether it passed, and how long the answer took. */
  readonly answers: { readonly [id: string]: { readonly ok: boolean; readonly ms: number } };
  /** Service → how often its container has started anew since it was made; `gone` when there is none. */
  readonly starts: { readonly [service: string]: string };
}

/** All looks so far, small whatever their number. */
export interface Tally {
  readonly samples: number;
  readonly answers: { readonly [id: string]: AnswerTally };
  /** Service → starts that were seen, the first of which was there at the beginning. */
  readonly starts: { readonly [service: string]: { readonly last: string; readonly changes: number } };
}

export interface AnswerTally {
  readonly asked: number;
  readonly failed: number;
  readonly totalMs: number;
  readonly worstMs: number;
  readonly lastOk: boolean;
}

/** Rows of the growing table at the beginning and at the end of a watch. */
export interface Growth {
  readonly rows: number;
  readonly seconds: number;
}

export const NO_SAMPLES: Tally = { samples: 0, answers: {}, starts: {} };

export function withSample(tally: Tally, { answers, starts }: Sample): Tally {
  const counted = Object.entries(answers).map(([id, { ok, ms }]): [string, AnswerTally] => {
    const before = tally.answers[id] ?? { asked: 0, failed: 0, totalMs: 0, worstMs: 0, lastOk: true };
    return [
      id,
      {
        asked: before.asked + 1,
        failed: before.failed + (ok ? 0 : 1),
        totalMs: before.totalMs + ms,
        worstMs: Math.max(before.worstMs, ms),
        lastOk: ok,
      },
    ];
  });
  const services = [...new Set([...Object.keys(tally.starts), ...Object.keys(starts)])];
  const seen = services.map((service): [string, { last: string; changes: number }] => {
    const [before, now] = [tally.starts[service], starts[service] ?? 'gone'];
    return [service, { last: now, changes: before ? before.changes + (before.last === now ? 0 : 1) : 0 }];
  });
  return { samples: tally.samples + 1, answers: { ...tally.answers, ...Object.fromEntries(counted) }, starts: Object.fromEntries(seen) };
}

/** `no-new-errors`, `answers`, `restarts-stable`. Without a baseline nothing may fail at all. */
export function judged(now: Tally, baseline: Tally | null): readonly CheckResult[] {
  const ids = Object.keys(now.answers);
  const worse = ids.filter((id) => ratio(now.answers[id]) > ratio(baseline?.answers[id]));
  const silent = ids.filter((id) => now.answers[id]?.lastOk !== true);
  const restarted = Object.entries(now.starts).filter(([service, { changes }]) => changes > (baseline?.starts[service]?.changes ?? 0));
  const nothing = now.samples === 0 ? 'there was no look' : ids.length === 0 ? 'there is no check to ask' : null;
  const asked = Object.values(now.answers).reduce((sum, one) => sum + one.asked, 0);
  const limit = baseline ? 'no check fails more often than before the cutover' : 'no baseline: no check fails';
  return [
    result(
      'no-new-errors',
      limit,
      nothing ? [nothing] : worse.map((id) => failures(id, now.answers[id])),
      `${asked} answers in ${now.samples} looks`,
    ),
    result('answers', 'every check passes at the end', nothing ? [nothing] : silent, 'they do'),
    result(
      'restarts-stable',
      'no container starts anew',
      now.samples === 0 ? ['there was no look'] : restarted.map(([service, { changes }]) => `${service}: ${changes} times`),
      `${Object.keys(now.starts).length} containers`,
    ),
  ];
}

/** `still-growing`: it grew, or it did not before either. */
export function judgedGrowth(now: Growth, baseline: Growth | null): CheckResult {
  const before = baseline ? `${baseline.rows} rows in ${baseline.seconds} s before` : 'no baseline';
  const problem = now.rows > 0 || (baseline !== null && baseline.rows <= 0) ? [] : [`${now.rows} rows in ${now.seconds} s; ${before}`];
  return result('still-growing', 'rows come in, if they came in before', problem, `${now.rows} rows in ${now.seconds} s; ${before}`);
}

export function meanMs({ asked, totalMs }: AnswerTally): number {
  return asked === 0 ? 0 : Math.round(totalMs / asked);
}

function ratio(tally: AnswerTally | undefined): number {
  return tally && tally.asked > 0 ? tally.failed / tally.asked : 0;
}

function failures(id: string, tally: AnswerTally | undefined): string {
  return `${id}: ${tally?.failed ?? 0} of ${tally?.asked ?? 0} failed`;
}

function result(id: string, limit: string, problems: readonly string[], otherwise: string): CheckResult {
  return { id, verdict: problems.length === 0 ? 'pass' : 'fail', limit, live: problems.slice(0, 6).join('; ') || otherwise };
}
