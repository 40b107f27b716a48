import type { Rule } from '../finding.js';

export const literalNetworkName: Rule = {
  code: 'C14',
  severity: 'warning',
  why: 'a literal name is one network for every project that uses the file',
  next: 'the run removes the literal name',
  find: ({ observation }) =>
    observation.app.networks
      .filter(({ key, name, external }) => !external && name !== `${observation.app.name}_${key}`)
      .map(({ key, name }) => ({ object: key, message: `is named '${name}' whatever the project is called` })),
};
