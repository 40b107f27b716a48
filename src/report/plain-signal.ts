import type { ShownCheck } from '../plan/show.js';

/** How to reach the run's server with Temporal's own command line. */
export interface PlainDoor {
  readonly workflowId: string;
  readonly address: string;
  readonly namespace: string;
}

/** The line to paste for whoever has only `temporal`: the same decision, the same record. */
export function approveLine(
  door: PlainDoor,
  decision: {
    readonly runId: string;
    readonly stopPoint: string;
    readonly shown: string;
    readonly person: string;
    readonly checks: readonly ShownCheck[];
  },
): string {
  const { runId, stopPoint, shown, person, checks } = decision;
  const override = mustBeOverridden(checks);
  const reason = override.length > 0 ? 'WHY' : '';
  const input = { runId, stopPoint, shown, person, attest: ['*'], ...(override.length > 0 ? { override } : {}), reason };
  return signalLine(door, 'approve', input);
}

export function signalLine({ workflowId, address, namespace }: PlainDoor, name: string, input: object): string {
  const server = `--address ${address} --namespace ${namespace}`;
  return `temporal workflow signal ${server} --workflow-id ${workflowId} --name ${name} --input ${shellQuoted(JSON.stringify(input))}`;
}

export function mustBeOverridden(checks: readonly ShownCheck[]): readonly string[] {
  return checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'cannot tell').map(({ id }) => id);
}

export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
