import type { Rule } from '../finding.js';

export const envFileShared: Rule = {
  code: 'A1',
  severity: 'error',
  why: "--env-file feeds interpolation only: a service's env_file is loaded in every environment",
  next: 'give each environment an env_file path of its own',
  find: ({ observation }) =>
    observation.app.envFiles
      .filter(({ services }) => services.length > 0)
      .map(({ path, services }) => ({ object: path, message: `read by ${services.join(', ')} whatever environment is started` })),
};
