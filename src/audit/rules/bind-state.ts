import type { Rule } from '../finding.js';

export const bindState: Rule = {
  code: 'C11',
  severity: 'warning',
  why: 'two environments that bind the same writable folder share state',
  next: "declare the folders with state under 'projects.app.state'",
  find: ({ observation }) =>
    observation.app.services.flatMap(({ name, mounts }) =>
      mounts
        .filter((mount) => mount.type === 'bind' && !mount.readOnly && `${mount.source}/`.startsWith(`${observation.app.directory}/`))
        .map((mount) => ({ object: name, message: `writes to '${mount.type === 'bind' ? mount.source : ''}'` })),
    ),
};
