interface Meaning {
  readonly what: string;
  readonly next: string;
  readonly exit: number;
}

const meaning = (exit: number, what: string, next: string): Meaning => ({ what, next, exit });

/** Every code that a person can meet. `docs/errors.md` is made from this, and a test holds both equal. */
export const CODES = {
  // usage and plan file
  USAGE: meaning(2, 'the command line is wrong', "run 'stoppoint --help'"),
  PLAN_FILE_MISSING: meaning(2, 'there is no plan file', "run 'stoppoint init' or name one with --file"),
  PLAN_FILE_INVALID: meaning(2, 'the plan file breaks its schema', 'mend the named keys and run the command again'),
  PLAN_KEY_NOT_BUILT: meaning(2, 'a key of the plan file is known but not built yet', 'remove the key; nothing is silently ignored'),
  RUN_PLAN_BROKEN: meaning(2, 'the run plan is not one, or was edited by hand', "compile it again with 'stoppoint plan --out'"),
  RUN_UNKNOWN: meaning(2, 'no run of this deployment is known here', "start one with 'stoppoint start'"),
  // the world is not as needed
  DOCKER_UNREACHABLE: meaning(7, 'the Docker engine does not answer', "start Docker, then run 'stoppoint doctor'"),
  COMPOSE_MISSING: meaning(7, 'Compose v2 (2.26 or newer) is not there', "install it, or run './scripts/setup'"),
  TEMPORAL_UNREACHABLE: meaning(7, 'the Temporal server does not answer', "run 'stoppoint up', or set TEMPORAL_ADDRESS"),
  TEMPORAL_BINARY_MISSING: meaning(7, 'there is no Temporal server to start', "run './scripts/setup', or set STOPPOINT_TEMPORAL_BIN"),
  NO_WORKER: meaning(7, 'no worker of this host answers', "run 'stoppoint up'"),
  PROJECT_NOT_RUNNING: meaning(
    2,
    'a project of the plan file has no containers',
    "name the running project (label 'com.docker.compose.project') in the plan file",
  ),
  COMPOSE_FILE_INVALID: meaning(2, 'Compose refuses the files of a project', 'mend the file as Compose says'),
  ENV_FILE_MISSING: meaning(2, 'an env_file that the compose file names is not there', 'make the file, or remove it from the compose file'),
  BIND_SOURCE_MISSING: meaning(
    2,
    'a bind mount has no source; Docker would make an empty folder',
    'make the file or folder, or remove the mount',
  ),
  SECRET_MISSING: meaning(2, 'a secret that the plan file names has no value', 'put it into the secrets file, or export it'),
  PORT_TAKEN: meaning(4, 'a port that is needed is taken', 'free the port, or choose another in the plan file'),
  NAME_TAKEN: meaning(4, 'a name that is needed belongs to somebody else', 'remove or rename it, or choose another in the plan file'),
  DISK_TOO_SMALL: meaning(4, 'the disk cannot hold the backups', 'free space, or move the state directory with STOPPOINT_STATE_DIR'),
  STATE_DIR_EXPOSED: meaning(4, 'the state directory lies inside the deployment', 'choose another with STOPPOINT_STATE_DIR'),
  WORLD_CHANGED: meaning(
    4,
    'the world is not the one that the run plan was compiled for',
    "look at the difference, then run 'stoppoint plan' again",
  ),
  WORKTREE_DIRTY: meaning(4, 'the deployment has uncommitted changes to tracked files', 'commit or stash them'),
  NOT_SPLITTABLE: meaning(4, 'the deployment has something that two environments cannot share', 'change it as the message says'),
  // starting
  LOCK_HELD: meaning(4, 'another run holds this deployment', "follow it with 'stoppoint status'"),
  ALREADY_RUNNING: meaning(4, 'a run of this deployment is going on', "follow it with 'stoppoint status'"),
  // decisions
  MALFORMED_MESSAGE: meaning(2, 'the message to the run is malformed', "use the line that 'stoppoint status' prints"),
  OTHER_RUN: meaning(4, 'the message names another run', "look at 'stoppoint status' and decide again"),
  RUN_ENDED: meaning(4, 'the run has ended', "look at 'stoppoint report'"),
  WRONG_STOP_POINT: meaning(4, 'another stop point is open', "look at 'stoppoint status' and decide that one"),
  TOO_EARLY: meaning(4, 'the stop point is not open yet', "wait until 'stoppoint status' shows it"),
  ALREADY_DECIDED: meaning(4, 'this was decided before', "look at 'stoppoint status'"),
  STALE_HASH: meaning(4, 'what is shown now is not what the decision is for', "look at 'stoppoint status' and decide again"),
  NOT_ALLOWED: meaning(4, 'this person may not decide this stop point', "ask one of those named under 'stop-points'"),
  STARTER_MAY_NOT: meaning(4, 'who started the run may not decide this stop point', 'ask somebody else'),
  REASON_MISSING: meaning(4, 'this decision needs a reason', 'say why with --reason'),
  ATTESTATION_MISSING: meaning(4, 'some checks need a person to answer for them', 'name them with --attest, or all with --attest-all'),
  CHECKS_NOT_PASSED: meaning(4, 'some checks did not pass', 'mend and retry, or accept each with --override and --reason'),
  ROLLING_BACK: meaning(4, 'the run is going back', "follow it with 'stoppoint status'"),
  POINT_OF_NO_RETURN: meaning(4, 'the run is past its point of no return', 'restore from the backups that the report names'),
  NOTHING_TO_ROLL_BACK: meaning(4, 'there is nothing to go back to there', "use 'stoppoint rollback --to SP0'"),
  NOT_ON_HOLD: meaning(4, 'the run is not on hold', "look at 'stoppoint status'"),
  RUN_IN_WINDOW: meaning(4, 'production is down and a run is bringing it back', "wait with 'stoppoint wait', or say --yes"),
  CONFIRMATION_MISSING: meaning(2, 'this needs a clear yes', 'add --yes and --deployment NAME, or run it in a terminal'),
  WAIT_TIMED_OUT: meaning(1, 'the run did not get there in time', "look at 'stoppoint status'"),
  FILE_EXISTS: meaning(2, 'a file that would be written is there already', 'name another, or move it away'),
  UNEXPECTED: meaning(1, 'something went wrong that has no code', 'run it again with STOPPOINT_DEBUG=1 and report what it prints'),
  // steps
  STEP_FAILED: meaning(1, 'a step failed', "look at 'stoppoint report', then retry or roll back"),
  STEP_TIMED_OUT: meaning(1, 'a step took longer than it may', "look at 'stoppoint report', then retry or roll back"),
  STEP_NOT_PROVEN: meaning(1, 'a step acted, but the probe does not see its result', "look at 'stoppoint report', then retry or roll back"),
  STEP_UNKNOWN: meaning(1, 'nobody can tell whether an earlier attempt of a step acted', 'look at the world, then retry or roll back'),
  UNDO_NOT_PROVEN: meaning(1, 'an undo ran, but the probe still sees the result', 'mend the world as the message says, then retry'),
  CHECKS_FAILED: meaning(8, 'checks failed', 'mend what they name, then retry or roll back'),
  COMMAND_FAILED: meaning(1, 'a command that a step ran failed', "its output lies in the run's folder; retry or roll back"),
  BACKUP_NOT_PROVEN: meaning(
    8,
    'a backup could not be proven by its restore',
    'do not go on; look at the differences in the run folder, then retry',
  ),
  NOT_BUILT: meaning(2, 'this is not built yet', "run 'stoppoint --help' for what there is"),
} as const satisfies { readonly [code: string]: Meaning };

export type Code = keyof typeof CODES;

export function isCode(text: string): text is Code {
  return Object.hasOwn(CODES, text);
}
