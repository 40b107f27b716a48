import { canonical } from '../record/canonical.js';
import type { HttpCheck } from './schema.js';

export type Demand = Pick<HttpCheck, 'status' | 'json' | 'contains' | 'not-empty-list' | 'targets-up'>;

/** What an answer lacks, as one short sentence, or null when it is as demanded. A status alone proves nothing (C15). */
export function answerProblem(demand: Demand, answer: { readonly status: number; readonly body: string }): string | null {
  if (answer.status !== demand.status) return `status ${answer.status}, not ${demand.status}`;
  if (demand.contains !== undefined && !answer.body.includes(demand.contains)) return `the body lacks '${demand.contains}'`;
  if (!demand.json && !demand['not-empty-list'] && !demand['targets-up']) return null;
  const body = parsed(answer.body);
  if (body === undefined) return 'the body is no JSON';
  return (
    (demand.json ? subsetProblem(demand.json, body) : null) ??
    (demand['not-empty-list'] ? listProblem(body) : null) ??
    (demand['targets-up'] ? targetsProblem(body) : null)
  );
}

/** Dotted keys that the body must have with exactly these values; other keys do not matter. */
function subsetProblem(expected: { readonly [key: string]: unknown }, body: unknown): string | null {
  for (const [key, value] of Object.entries(expected)) {
    const found = lookUp(body, key);
    if (found === undefined) return `the body has no '${key}'`;
    if (canonical(found) !== canonical(value)) return `'${key}' is ${shown(found)}, not ${shown(value)}`;
  }
  return null;
}

/** A key that is there literally wins over the same text read as a path. */
function lookUp(body: unknown, key: string): unknown {
  if (hasKey(body, key)) return body[key];
  return key.split('.').reduce<unknown>((value, part) => (hasKey(value, part) ? value[part] : undefined), body);
}

function hasKey(value: unknown, key: string): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function listProblem(body: unknown): string | null {
  if (!Array.isArray(body)) return 'the body is no list';
  return body.length === 0 ? 'the list is empty' : null;
}

interface PrometheusTarget {
  readonly health?: string;
  readonly labels?: { readonly job?: string; readonly instance?: string };
}

/** Prometheus' /api/v1/targets: no target at all is not "all up". */
function targetsProblem(body: unknown): string | null {
  const targets = lookUp(body, 'data.activeTargets');
  if (!Array.isArray(targets)) return 'the body is no list of targets';
  if (targets.length === 0) return 'there is no active target';
  const down = (targets as readonly PrometheusTarget[]).filter(({ health }) => health !== 'up');
  if (down.length === 0) return null;
  const names = down.slice(0, 5).map(({ labels, health }) => `${labels?.job ?? labels?.instance ?? '?'} ${health ?? 'unknown'}`);
  return `${down.length} of ${targets.length} targets are not up: ${names.join(', ')}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Long values stay out of evidence: a body may hold anything. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value.length <= 32 ? `'${value}'` : 'a longer text';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}
