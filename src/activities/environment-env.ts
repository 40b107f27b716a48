import type { Environment } from '../plan/operation.js';
import type { EnvPicture } from '../split/env-picture.js';
import { type EnvironmentFiles, environmentFiles } from '../split/environment-files.js';
import { gatewaysOf, livePortsOf, portsTo } from '../split/gateways.js';
import { redirectPorts } from '../split/redirect.js';
import { rulesOf } from './env-rules.js';
import type { LiveDeployment } from './live-deployment.js';
import type { StepContext } from './operator.js';

/** The env files that one environment gets. `keep: false` makes a look of it: nothing is remembered. */
export async function environmentEnv(
  step: StepContext,
  environment: Environment,
  live: LiveDeployment,
  { keep }: { readonly keep: boolean },
): Promise<EnvironmentFiles> {
  const ports = portsTo(step.target, environment);
  return environmentFiles({
    target: step.target,
    environment: step.target.environments[environment],
    live,
    rules: await rulesOf(step, environment, live, { keep }),
    redirect: (text) => redirectPorts(text, ports),
  });
}

/** What the checks compare: the files of the environment beside today's. */
export function pictureOf(
  { target }: StepContext,
  environment: Environment,
  live: LiveDeployment,
  files: Pick<EnvironmentFiles, 'root' | 'components'>,
): EnvPicture {
  return {
    environment,
    target: target.environments[environment],
    root: files.root,
    components: files.components,
    live,
    gateway: gatewaysOf(target, environment, live.gatewayAliases),
    livePorts: livePortsOf(target),
    shared: target.planFile.content.environments[environment].values.shared,
  };
}
