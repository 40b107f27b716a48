import type { Rule } from '../finding.js';

export const sharedExternalNetwork: Rule = {
  code: 'B18',
  severity: 'warning',
  why: 'services of both environments would answer to the same names on a network they share',
  next: 'the run gives each environment a network of its own',
  find: ({ observation }) =>
    observation.app.networks
      .filter(({ external }) => external)
      .map(({ name }) => ({ object: name, message: 'external network, joined by its literal name' })),
};
