import type { Finding, Rule, Severity, Subject } from './finding.js';
import { bindState } from './rules/bind-state.js';
import { dotenvInMount } from './rules/dotenv-in-mount.js';
import { envFileShared } from './rules/env-file-shared.js';
import { literalNetworkName } from './rules/literal-network-name.js';
import { noHealthcheck } from './rules/no-healthcheck.js';
import { noRestartPolicy } from './rules/no-restart-policy.js';
import { openPort } from './rules/open-port.js';
import { secretFileShared } from './rules/secret-file-shared.js';
import { sharedExternalNetwork } from './rules/shared-external-network.js';
import { wideMount } from './rules/wide-mount.js';

export type { Finding } from './finding.js';

export const RULES: readonly Rule[] = [
  envFileShared,
  dotenvInMount,
  secretFileShared,
  sharedExternalNetwork,
  literalNetworkName,
  bindState,
  noHealthcheck,
  noRestartPolicy,
  openPort,
  wideMount,
];

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** Every rule's findings, errors first. Pure: an observation in, judgements out. */
export function audit(subject: Subject): readonly Finding[] {
  return RULES.flatMap(({ code, severity, next, find }) => find(subject).map((found) => ({ code, severity, next, ...found }))).sort(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || a.code.localeCompare(b.code) || a.object.localeCompare(b.object),
  );
}
