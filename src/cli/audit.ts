import { audit } from '../audit/audit.js';
import type { Severity } from '../audit/finding.js';
import { StoppointError } from '../plan/diagnostic.js';
import { findingsText, isAtLeast, SEVERITIES } from '../report/findings-text.js';
import { inventoryText } from '../report/inventory.js';
import { connectDocker } from '../world/docker.js';
import { observe } from '../world/observe.js';
import { readPlanFile } from '../world/plan-from-file.js';
import { textOf, type Verb } from './verb.js';

export const auditVerb: Verb = {
  usage: 'audit',
  summary: 'what runs (services, ports, state) and what is wrong with it; changes nothing',
  examples: ['stoppoint audit', 'stoppoint audit --fail-on warning --json'],
  options: [[`--fail-on <severity>`, `exit with 8 when a finding is at least this: ${SEVERITIES.join(', ')} (default: error)`]],
  run: async ({ file }, _args, options) => {
    const least = severity(textOf(options['failOn']) ?? 'error');
    const { content: planFile, home } = await readPlanFile(file);
    const observation = await observe({ planFile, home, docker: connectDocker() });
    const findings = audit({ planFile, observation });
    const failed = findings.some((finding) => isAtLeast(finding.severity, least));
    const text = `${inventoryText(observation)}\n\n${findingsText(findings)}\n`;
    return { exitCode: failed ? 8 : 0, text, document: { version: 1, kind: 'audit', observation, findings } as never };
  },
};

function severity(text: string): Severity {
  const found = SEVERITIES.find((candidate) => candidate === text);
  if (!found)
    throw new StoppointError('USAGE', `--fail-on '${text}' is none of ${SEVERITIES.join(', ')}`, { next: "run 'stoppoint audit --help'" });
  return found;
}
