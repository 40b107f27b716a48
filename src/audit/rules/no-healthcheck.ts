import type { Rule } from '../finding.js';

export const noHealthcheck: Rule = {
  code: 'C15',
  severity: 'note',
  why: "'running' counts as healthy for Compose: a crash loop looks green",
  next: 'name checks in the plan file; they read bodies',
  find: ({ observation }) =>
    observation.app.services
      .filter(({ healthcheck }) => !healthcheck)
      .map(({ name }) => ({ object: name, message: 'has no health check' })),
};
