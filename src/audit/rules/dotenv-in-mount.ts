import type { Rule } from '../finding.js';

export const dotenvInMount: Rule = {
  code: 'A4',
  severity: 'error',
  why: "programs that look for a dotenv file read production's through the mount",
  next: 'mount no folder that holds a .env, or keep none there',
  find: ({ observation }) =>
    observation.app.services.flatMap(({ name, mounts }) =>
      mounts.flatMap((mount) => {
        if (mount.type !== 'bind') return [];
        const file = observation.app.envFiles.find(({ path }) => path === `${mount.source}/.env`);
        return file ? [{ object: name, message: `sees '${file.path}' at '${mount.target}/.env'` }] : [];
      }),
    ),
};
