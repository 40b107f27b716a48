import { startService } from '../service/start-service.js';
import type { ServiceFile } from '../service/service-file.js';
import { table } from '../report/table.js';
import type { Session, Verb } from './verb.js';
import { packageVersion } from './version.js';

export const upVerb: Verb = {
  usage: 'up',
  summary: 'start the Temporal server and the worker under a supervisor that restarts either',
  examples: ['stoppoint up', 'STOPPOINT_TEMPORAL_PORT=17233 stoppoint up'],
  run: async (session) => {
    const { service, already } = await startService({ root: session.paths.root, env: session.io.env, version: packageVersion() });
    return { exitCode: 0, text: text(session, service, already), document: { version: 1, kind: 'service', already, service } as never };
  },
};

function text({ paths }: Session, service: ServiceFile, already: boolean): string {
  const server =
    service.server.kind === 'own' ? `process ${service.temporal?.process?.pid}, state in ${paths.database}` : 'given, not kept by us';
  const rows = [
    ['temporal', service.address, `namespace ${service.namespace}`, server],
    ['worker', service.taskQueue, `process ${service.worker?.process?.pid}`, `log ${paths.workerLog}`],
    ['supervisor', already ? 'ran before' : 'started', `process ${service.supervisor?.pid}`, `log ${paths.supervisorLog}`],
  ];
  const old =
    service.stoppoint === packageVersion()
      ? []
      : [`runs version ${service.stoppoint}; 'stoppoint down' and 'up' bring ${packageVersion()}`];
  return [...table(rows), ...old, 'next: stoppoint start', ''].join('\n');
}
