import type { Rule } from '../finding.js';

export const openPort: Rule = {
  code: 'C17',
  severity: 'note',
  why: 'a port without a host address is open to the whole network',
  next: 'publish on 127.0.0.1 behind a proxy',
  find: ({ observation }) =>
    observation.app.services.flatMap(({ name, ports }) =>
      ports
        .filter(({ hostIp }) => ['', '0.0.0.0', '::'].includes(hostIp))
        .map(({ published }) => ({ object: name, message: `publishes ${published} on every address` })),
    ),
};
