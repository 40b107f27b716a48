import type { ContainerInspectInfo } from 'dockerode';
import { execInContainer, tagOf } from '../world/container-exec.js';
import { type ClusterPlace, placeOf } from './cluster-place.js';
import { type ControlData, nextXidAtStart, parseControlData } from './control-data.js';
import type { StepContext } from './operator.js';

/**
 * What the control file says once the server in this container accepts connections; null when it does not within
 * `seconds`. One `docker exec`, no session: a server that is starting may still be replaying what a killed one left, and
 * until that is over the control file shows the checkpoint from before it.
 */
export async function askServer(
  step: StepContext,
  place: ClusterPlace,
  { container, seconds }: { readonly container: ContainerInspectInfo; readonly seconds: number },
): Promise<ControlData | null> {
  const { exitCode, stdout } = await run(step, place, container, [WHEN_READY, 'pg_controldata', String(seconds)]);
  return exitCode === 0 ? parseControlData(stdout) : null;
}

/** The next transaction id with which this container's server started, from the cluster's log; null when it is gone. */
export async function askLog(
  step: StepContext,
  place: ClusterPlace,
  { container, since }: { readonly container: ContainerInspectInfo; readonly since: ControlData },
): Promise<string | null> {
  const { stdout } = await run(step, place, container, [CHECKPOINTS, 'pg_waldump', since.checkpoint, since.timeline]);
  return nextXidAtStart(stdout, since);
}

/** As the owner of the files: root inside a container without capabilities may not read them. */
function run(
  step: StepContext,
  { volume, folder, owner }: ClusterPlace,
  container: ContainerInspectInfo,
  [script = '', program = '', ...words]: readonly string[],
) {
  const command = ['sh', '-c', script, 'sh', program, `${placeOf(container, volume) ?? ''}${folder}`, ...words];
  const asked = { container: container.Id, command, user: owner, env: { LC_ALL: 'C' } };
  // Neither a program that is missing nor a container that has just died is a reason to stop here: it is no answer.
  return execInContainer(asked, { tag: tagOf(step), signal: step.signal, accept: [1, 75, 125, 126, 127, 137, 143] });
}

/**
 * postmaster.pid tells port (line 4), socket folder (5), address (6) and state (8). Somebody who was killed may have left
 * one: that it is the server of this very container shows in its socket, which only answers where its server lives.
 */
const WHEN_READY = `
file=$2/postmaster.pid
end=$(($(date +%s) + $3))
ready() {
  [ -s "$file" ] && ! grep -Eq '^(starting|stopping)' "$file" || return 1
  host=$(sed -n 5p "$file")
  [ -n "$host" ] || host=$(sed -n 6p "$file")
  case $host in '' | '*' | 0.0.0.0) host=127.0.0.1 ;; esac
  pg_isready -q -t 2 -h "$host" -p "$(sed -n 4p "$file")" -U "\${POSTGRES_USER:-postgres}" -d postgres
}
until ready; do
  [ "$(date +%s)" -lt "$end" ] || exit 75
  sleep 0.1
done
exec "$1" "$2"`;

const CHECKPOINTS = `"$1" -p "$2" -s "$3" -t "$4" -r XLOG 2>/dev/null | grep 'desc: CHECKPOINT_'; true`;
