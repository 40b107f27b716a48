import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult } from '../plan/checks.js';
import type { Environment } from '../plan/operation.js';
import type { MarkerRequest } from '../plan/schema.js';
import { readEnvValues } from '../world/env-values.js';
import { askGateway, gatewayKey } from './both-databases.js';
import { headersOf } from './environment-values.js';
import { knock } from './front-door.js';
import { type MarkerStore } from './marker-stores.js';
import type { StepContext } from './operator.js';
import { productionPlace } from './production-place.js';
import { check } from './project-state.js';

const REFUSED = [401, 403];

/** `<environment>-refuses-<other>-key`: the gateway takes its own service key and refuses the other's. */
export async function gatewayRefusal(step: StepContext, environment: Environment): Promise<CheckResult> {
  const other = environment === 'production' ? 'staging' : 'production';
  const own = await askGateway(step, environment, await gatewayKey(step, environment, 'service'));
  const foreign = await askGateway(step, environment, await gatewayKey(step, other, 'service'));
  const problems = [
    // A gateway that answers nobody refuses nobody.
    ...(own === 200 ? [] : [`its own key gets ${own}`]),
    ...(REFUSED.includes(Number(foreign)) ? [] : [`${other}'s key gets ${foreign}`]),
  ];
  return check(`${environment}-refuses-${other}-key`, 'own key 200, the other 401 or 403', problems, `200 and ${foreign}`);
}

/**
 * `production-front-door-refuses`: the same request with staging's credentials, sent to production, is refused and
 * leaves nothing. It is not sent where production would take it for sure: without credentials, or with equal ones.
 */
export async function frontDoorRefusal(
  step: StepContext,
  marker: string,
  request: MarkerRequest,
  production: MarkerStore,
): Promise<CheckResult> {
  const id = 'production-front-door-refuses';
  const limit = "staging's credentials get 401 or 403, and nothing is written";
  if (Object.keys(request.headers).length === 0) return { id, verdict: 'cannot tell', limit, live: 'the request carries no credentials' };
  const equal = await equalCredential(step, request);
  if (equal) return { id, verdict: 'fail', limit, live: `'${equal}' is the same in both environments; not sent` };
  const status = await knock(step, {
    place: await productionPlace(step),
    request,
    headers: await headersOf(step, 'staging', request),
    marker,
  });
  const written = await production.count(marker);
  const problems = [
    ...(REFUSED.includes(Number(status)) ? [] : [`answered ${status}`]),
    ...(written === 0 ? [] : [`${written} rows written into production`]),
  ];
  return check(id, limit, problems, `${status}, nothing written`);
}

/** The first credential that production's own env file has with the same value. */
async function equalCredential(step: StepContext, request: MarkerRequest): Promise<string | null> {
  const staging = await headersOf(step, 'staging', request);
  for (const [header, { key, file }] of Object.entries(request.headers)) {
    const old = join(step.target.observation.app.directory, file);
    if (!existsSync(old)) continue;
    if ((await readEnvValues(old)).get(key) === staging[header]) return key;
  }
  return null;
}
