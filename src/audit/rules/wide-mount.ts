import type { Rule } from '../finding.js';

export const wideMount: Rule = {
  code: 'D12',
  severity: 'note',
  why: "a mount of the whole host shows Stoppoint's state and every other environment",
  next: 'accept it at SP0, or narrow the mount',
  find: ({ observation }) =>
    observation.app.services.flatMap(({ name, mounts }) =>
      mounts
        .filter((mount) => mount.type === 'bind' && ['/', '/var/lib/docker', '/var/run', '/var/run/docker.sock'].includes(mount.source))
        .map((mount) => ({ object: name, message: `mounts '${mount.type === 'bind' ? mount.source : ''}'` })),
    ),
};
