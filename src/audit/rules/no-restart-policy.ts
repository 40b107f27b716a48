import type { Rule } from '../finding.js';

export const noRestartPolicy: Rule = {
  code: 'C16',
  severity: 'warning',
  why: 'a service without a restart policy is gone after a reboot',
  next: "set 'restart: unless-stopped'",
  find: ({ observation }) =>
    observation.app.services
      .filter(({ restart }) => restart === 'no' || restart === '')
      .map(({ name }) => ({ object: name, message: 'does not come back after a reboot' })),
};
