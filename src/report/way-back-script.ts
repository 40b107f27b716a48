/** What the script needs to know, as exact ids: it must work on the day when nothing else does. */
export interface WayBack {
  readonly deployment: string;
  readonly runId: string;
  readonly dockerHost: string | null;
  readonly created: readonly { readonly id: string; readonly name: string }[];
  /** In start order. */
  readonly old: readonly { readonly id: string; readonly name: string; readonly restart: string; readonly running: boolean }[];
  /** Literal names of the volumes that both sides use. */
  readonly volumes: readonly string[];
  readonly healthUrl: string | null;
}

/**
 * A plain shell script that leads back to the old project: docker and, for the last look, curl. It reads no file,
 * starts no container that it did not name, and may be run twice, or when nothing was changed yet.
 */
export function wayBackScript(way: WayBack): string {
  const { created, old } = way;
  return `#!/bin/sh
# The way back of run ${way.runId}, deployment ${way.deployment}. Needs only the docker client.
# Stops the new production containers for good, starts the old ones, and looks whether they answer.
set -u
${way.dockerHost ? `[ -n "\${DOCKER_HOST:-}" ] || DOCKER_HOST=${quoted(way.dockerHost)}; export DOCKER_HOST\n` : ''}failed=0
say() { printf '%s\\n' "$*"; }
running() { [ "$(docker inspect -f '{{.State.Running}}' "$1" 2>/dev/null)" = true ]; }

stop_new() { # id name
  docker inspect "$1" >/dev/null 2>&1 || { say "gone:    $2"; return; }
  docker update --restart=no "$1" >/dev/null && docker stop "$1" >/dev/null
  if running "$1"; then say "STILL RUNNING: $2"; failed=1; else say "stopped: $2"; fi
}
start_old() { # id name restart
  docker update --restart="$3" "$1" >/dev/null || failed=1
  docker start "$1" >/dev/null || failed=1
  if running "$1"; then say "started: $2"; else say "NOT RUNNING: $2"; failed=1; fi
}

# Without an answer from the engine nothing can be known of the new containers, so nothing old may start.
docker version >/dev/null 2>&1 || { say "the Docker engine does not answer; nothing was changed"; exit 1; }

say "1. stopping the new production containers"
${created.map(({ id, name }) => `stop_new ${id} ${name}`).join('\n')}
# Two servers on one volume destroy it: nothing old starts while anything new still runs.
[ "$failed" = 0 ] || { say "a new container still runs; nothing old was started"; exit 1; }

for volume in ${way.volumes.map(quoted).join(' ')}; do
  for id in $(docker ps -q --no-trunc --filter "volume=$volume"); do
    case " ${old.map(({ id }) => id).join(' ')} " in
      *" $id "*) ;;
      *) say "container $id still runs on the volume '$volume'; nothing old was started"; exit 1 ;;
    esac
  done
done

say "2. starting the old containers"
${old.map(({ id, name, restart, running }) => (running ? `start_old ${id} ${name} ${restart}` : `docker update --restart=${restart} ${id} >/dev/null || failed=1`)).join('\n')}
${way.healthUrl ? lookAt(way.healthUrl) : ''}[ "$failed" = 0 ] && say "done: the old project runs" || say "not everything came back: read the lines above"
exit "$failed"
`;
}

function lookAt(url: string): string {
  return `
say ${quoted(`3. asking ${url}`)}
if command -v curl >/dev/null 2>&1; then
  tries=0
  until curl -fsS -m 3 -o /dev/null ${quoted(url)}; do
    tries=$((tries + 1)); [ "$tries" -lt 60 ] || { say "it does not answer"; failed=1; break; }
    sleep 1
  done
else
  say "curl is not here: look yourself"
fi
`;
}

/** One word for the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
