import type { CheckResult } from '../plan/checks.js';
import { type Sent, sentBy } from '../plan/witness.js';
import { digestText } from '../record/digest.js';
import { tryAsk } from '../world/http.js';
import { projectContainers } from '../world/project-containers.js';
import { valuesOf } from './environment-values.js';
import type { StepContext } from './operator.js';

/**
 * Whether a witness outside has seen staging send anything since its containers were made; null without a witness.
 * A witness that has recorded nothing of anybody proves nothing.
 */
export async function nothingSent(step: StepContext, id: string): Promise<CheckResult | null> {
  const { outside } = step.target.planFile.content.isolation;
  if (!outside) return null;
  const limit = `0 by ${outside['digest-of'].join(', ')} of staging, says ${outside.get}`;
  const answer = (verdict: CheckResult['verdict'], live: string): CheckResult => ({ id, verdict, limit, live });

  const digests: string[] = [];
  for (const key of outside['digest-of']) {
    const values = await valuesOf(step, 'staging', key);
    if (values.size === 0) return answer('cannot tell', `staging's env files have no '${key}'`);
    digests.push(...[...values].map((value) => digestText(value).slice(0, outside['digest-length'])));
  }
  if (digests.length === 0) return answer('cannot tell', 'no sender is named');
  const since = await madeAt(step);
  if (!since) return answer('cannot tell', 'staging has no containers');

  const items = await listAt(step, outside.get);
  if (typeof items === 'string') return answer('cannot tell', items);
  const sent = sentBy(items, { field: outside.field, digests, since });
  if (sent.length > 0) return answer('fail', `${sent.length} of ${items.length}`);
  if (items.length > 0) return answer('pass', `0 of ${items.length} recorded`);
  // Nothing of that sort was sent by anybody; then the witness must at least have seen something else.
  const anything = await listAt(step, outside.get.replace(/\?.*$/, ''));
  const seen = typeof anything === 'string' ? 0 : anything.length;
  return seen > 0
    ? answer('pass', `0 of 0; the witness has recorded ${seen} of other sorts`)
    : answer('cannot tell', 'the witness has seen nobody');
}

async function madeAt({ docker, target }: StepContext): Promise<string | null> {
  const { project, folder } = target.environments.staging;
  const made = (await projectContainers(docker, { project, directory: folder })).map(({ createdAt }) => createdAt).sort();
  return made[0] ?? null;
}

async function listAt(step: StepContext, url: string): Promise<readonly Sent[] | string> {
  const answer = await tryAsk({ url, signal: step.signal });
  if ('why' in answer) return `the witness does not answer: ${answer.why}`;
  if (answer.status !== 200) return `the witness answers ${answer.status}`;
  try {
    const items = JSON.parse(answer.body) as unknown;
    return Array.isArray(items) ? (items as readonly Sent[]) : 'the witness gives no list';
  } catch {
    return 'the witness gives no list';
  }
}
