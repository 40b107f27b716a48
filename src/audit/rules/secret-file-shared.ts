import type { Rule } from '../finding.js';

export const secretFileShared: Rule = {
  code: 'A7',
  severity: 'error',
  why: "a literal path to a secret file gives both environments production's identity",
  next: "name the file under 'secret-files' and give staging its own",
  find: ({ observation, planFile }) => {
    const declared = planFile.projects.app['secret-files'].map(({ path }) => `${observation.app.directory}/${path}`);
    return observation.app.services.flatMap(({ name, mounts }) =>
      mounts
        .filter(
          (mount) =>
            mount.type === 'bind' &&
            /secret|credential|service-account|\.(pem|key)$/i.test(mount.source) &&
            !declared.includes(mount.source),
        )
        .map((mount) => ({ object: name, message: `mounts '${mount.type === 'bind' ? mount.source : ''}'` })),
    );
  },
};
