import { connect } from 'node:net';
import type { OperationOf } from '../plan/operation.js';
import { StoppointError } from '../plan/diagnostic.js';
import { orNull } from '../world/docker.js';
import { nameOf, inspectProject, serviceOf } from '../world/project-containers.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';

/**
 * An internal network of production's own, with the gateway on it under the names that the application uses.
 * Internal, because connecting a running container to an ordinary network can move its published ports.
 */
export const networkConnect: Operator<OperationOf<'network.connect'>> = {
  async probe(step) {
    const network = await ownNetwork(step);
    if (!network) return notDone('the network is not there');
    const { Id } = await gateway(step);
    return Object.hasOwn(network.Containers ?? {}, Id)
      ? done(`the gateway is on '${network.Name}'`)
      : partly('the gateway is not connected');
  },
  async act(step) {
    const name = step.target.environments.production.databaseNetwork;
    const container = await gateway(step);
    if (!(await ownNetwork(step)))
      await step.docker.createNetwork({ Name: name, Internal: true, CheckDuplicate: true, Labels: { ...step.labels } });
    await step.docker
      .getNetwork(name)
      .connect({ Container: container.Id, EndpointConfig: { Aliases: [nameOf(container), serviceOf(container)] } });
  },
  async evidence(step) {
    const name = step.target.environments.production.databaseNetwork;
    const address = (await gateway(step)).NetworkSettings.Networks[name]?.IPAddress ?? '';
    const port = step.target.planFile.content.projects.database['gateway-port'];
    const open = await accepts(address, port);
    return {
      facts: { network: name },
      checks: [
        {
          id: 'gateway-reachable',
          verdict: open ? 'pass' : 'fail',
          limit: 'the gateway accepts on the new network',
          live: `${address}:${port}`,
        },
      ],
    };
  },
  async undo(step) {
    const network = await ownNetwork(step);
    if (!network) return;
    for (const id of Object.keys(network.Containers ?? {}))
      await orNull(step.docker.getNetwork(network.Id).disconnect({ Container: id, Force: true }));
    await orNull(step.docker.getNetwork(network.Id).remove());
  },
  async probeUndone(step) {
    return (await ownNetwork(step)) ? partly('the network is still there') : done('the network is gone');
  },
};

async function ownNetwork({ docker, target, runId }: StepContext) {
  const name = target.environments.production.databaseNetwork;
  const network = await orNull(docker.getNetwork(name).inspect());
  if (network && network.Labels?.['org.stoppoint.run'] !== runId) {
    throw new StoppointError('NAME_TAKEN', `the network '${name}' belongs to somebody else`);
  }
  return network;
}

async function gateway({ docker, target }: StepContext) {
  const wanted = target.planFile.content.projects.database.gateway;
  const found = (await inspectProject(docker, { project: target.observation.database.name })).find((c) => serviceOf(c) === wanted);
  if (!found)
    throw new StoppointError('PROJECT_NOT_RUNNING', `the gateway '${wanted}' of '${target.observation.database.name}' is not there`);
  return found;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
