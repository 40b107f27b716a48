import { describe, expect, test } from '@jest/globals';
import type { SplitContext } from '../../../src/split/context.js';
import { rewriteCompose } from '../../../src/split/rewrite-compose.js';

const port = (service: string, target: number, published: number, variable: string, protocol = 'tcp') => ({
  service,
  target,
  published,
  variable,
  protocol,
  hostIp: '',
});
const CONTEXT: SplitContext = {
  directory: '/live',
  lookup: (name) => ({ FROM_ENV: 'set', DATA: './data' })[name],
  ports: [port('web', 8000, 8000, 'WEB_PORT')],
  volumes: new Set(['data']),
  images: new Set(['web', 'worker']),
  databaseNetworks: new Set(['db_default']),
  state: ['web/state'],
  secretFiles: ['web/key.json'],
  mayBeEmpty: new Set(['EMPTY']),
};

/** Lines that are not in the original, without their indentation. */
function added(text: string, context: Partial<SplitContext> = {}): readonly string[] {
  const before = new Set(text.split('\n'));
  return rewriteCompose(text, { ...CONTEXT, ...context })
    .text.split('\n')
    .filter((line) => !before.has(line))
    .map((line) => line.trim());
}

const service = (lines: string) => `services:\n  web:\n    image: x\n${lines.replace(/^/gm, '    ')}\n`;
const webImage = 'image: ${WEB_IMAGE:?run with --env-file}';

describe('the compose file of two environments', () => {
  test('the golden text: only what is shared, defaulted or global changes', () => {
    const text = `# comment
name: fixed          # goes
x-common: &common
  env_file: ./web/.env
  restart: unless-stopped

services:
  web:
    <<: *common
    container_name: web-1
    build: # how it is made
      context: ./web
      args: { A: b }
    environment: &shared
      A: "\${FROM_ENV:-x}"   # kept
      B: 'a \${EMPTY-} b'
      C: $FROM_ENV and $$NOT
    ports:
      - "127.0.0.1:8000:8000/tcp"
    volumes:
      - ./web:/app
      - ./web/key.json:/run/key.json:ro
      - data:/data

  worker:
    <<: *common
    image: "worker:latest"
    environment: *shared
    pull_policy: always

networks:
  default:
    name: fixed
  db: { external: true, name: "db_default" }

volumes:
  data: # precious
`;
    expect(rewriteCompose(text, CONTEXT).text).toBe(`# comment
x-common: &common
  env_file: ./web/.env.\${APP_ENV:?run with --env-file}
  restart: unless-stopped

services:
  web:
    <<: *common
    image: \${WEB_IMAGE:?run with --env-file}
    # build: # how it is made
    #   context: ./web
    #   args: { A: b }
    environment: &shared
      APP_ENV: "\${APP_ENV:?run with --env-file}"
      A: "\${FROM_ENV:?run with --env-file}"   # kept
      B: 'a \${EMPTY?run with --env-file} b'
      C: \${FROM_ENV:?run with --env-file} and $$NOT
    ports:
      - "127.0.0.1:\${WEB_PORT:?run with --env-file}:8000/tcp"
    volumes:
      - ./web:/app
      - type: bind
        source: "\${STATE_HOME:?run with --env-file}/web/state"
        target: /app/state
        bind:
          create_host_path: false
      - type: bind
        source: "./web/key.json"
        target: /run/key.json
        read_only: true
        bind:
          create_host_path: false
      - data:/data

  worker:
    <<: *common
    image: "\${WORKER_IMAGE:?run with --env-file}"
    environment: *shared
    pull_policy: never

networks:
  default:
  db: { external: true, name: "\${DATABASE_NETWORK:?run with --env-file}" }

volumes:
  data: # precious
    external: true
    name: \${DATA_VOLUME:?run with --env-file}
`);
  });

  test.each([
    ['- "8000:8000"', ['- "${WEB_PORT:?run with --env-file}:8000"']],
    ['- 8000:8000', ['- "${WEB_PORT:?run with --env-file}:8000"']],
    ['- "${PORT:-8000}:8000"', ['- "${WEB_PORT:?run with --env-file}:8000"']],
    ['- "[::1]:8000:8000"', ['- "[::1]:${WEB_PORT:?run with --env-file}:8000"']],
    ['- { target: 8000, published: 8000 }', ['- { target: 8000, published: "${WEB_PORT:?run with --env-file}" }']],
    ['- "8000"', []],
    ['- 3000/udp', []],
    ['- "127.0.0.1::53/udp"', []],
    ['- "${Q-}:91"', ['- "${Q:?run with --env-file}:91"']],
  ])('the port %j', (entry, expected) => {
    expect(added(service(`ports:\n  ${entry}`))).toEqual([webImage, ...expected]);
  });

  test('a range of ports becomes one entry per port', () => {
    const ports = [0, 1].map((n) => port('web', 80 + n, 8000 + n, `WEB_${80 + n}_PORT`));
    expect(added(service('ports:\n  - "8000-8001:80-81"'), { ports })).toEqual([
      webImage,
      '- "${WEB_80_PORT:?run with --env-file}:80"',
      '- "${WEB_81_PORT:?run with --env-file}:81"',
    ]);
  });

  test.each([
    ['environment:\n  - A=b', ['- "APP_ENV=${APP_ENV:?run with --env-file}"']],
    ['environment: { A: b }', ['environment: { APP_ENV: "${APP_ENV:?run with --env-file}", A: b }']],
    ['environment:\n  APP_ENV: prod', ['APP_ENV: "${APP_ENV:?run with --env-file}"']],
    ['environment:\n  - APP_ENV=prod', ['- "APP_ENV=${APP_ENV:?run with --env-file}"']],
    ['environment:', ['APP_ENV: "${APP_ENV:?run with --env-file}"']],
  ])('a service with an env file is told its environment: %j', (environment, expected) => {
    const lines = added(service(`env_file:\n  - path: ./a.env\n    required: false\n${environment}`));
    expect(lines).toEqual([webImage, '- path: ./a.env.${APP_ENV:?run with --env-file}', ...expected]);
  });

  test.each([
    ['- ./web/state/deep:/x', ['- "${STATE_HOME:?run with --env-file}/web/state/deep:/x"']],
    ['- /live/web/config:/x:ro', ['- "./web/config:/x:ro"']],
    ['- ${DATA:-./other}:/x', ['- ${DATA:?run with --env-file}:/x']],
    ['- ../beside:/x:ro', ['- "/beside:/x:ro"']],
    ['- /var/run/docker.sock:/var/run/docker.sock', []],
    [
      '- { type: bind, source: ./web/state, target: /x }',
      ['- { type: bind, source: "${STATE_HOME:?run with --env-file}/web/state", target: /x }'],
    ],
    ['- /anonymous', []],
  ])('the mount %j', (entry, expected) => {
    expect(added(service(`volumes:\n  ${entry}`))).toEqual([webImage, ...expected]);
  });

  test.each([
    ['network_mode: host', /network_mode 'host'/],
    ['volumes:\n  - /srv/data:/x', /'\/srv\/data'/],
    ['volumes:\n  - ../data:/x', /'\.\.\/data'/],
    ['volumes:\n  - ~/data:/x', /home folder/],
    ['env_file: ../a.env', /outside the project's folder/],
    ['external_links: [a]', /external_links/],
    ['extends: { file: other.yml, service: a }', /another file/],
    ['networks: { default: { ipv4_address: 10.0.0.2 } }', /ipv4_address/],
    ['ports:\n  - "9999:1"', /publishes port 9999/],
  ])('%j cannot be split', (lines, message) => {
    expect(() => rewriteCompose(service(lines), CONTEXT)).toThrow(
      expect.objectContaining({ code: 'NOT_SPLITTABLE', message: expect.stringMatching(message) }),
    );
  });

  test.each([
    ['networks:\n  shared: { external: true }\n', /'shared'/],
    ['networks:\n  a:\n    driver: macvlan\n', /macvlan/],
    ['networks:\n  a:\n    ipam: { config: [{ subnet: 10.0.0.0/24 }] }\n', /address range/],
    ['volumes:\n  data:\n    driver_opts: { type: nfs }\n', /driver options/],
    ['include: [other.yml]\n', /include/],
  ])('%j cannot be split either', (lines, message) => {
    expect(() => rewriteCompose(service('restart: always') + lines, CONTEXT)).toThrow(
      expect.objectContaining({ code: 'NOT_SPLITTABLE', message: expect.stringMatching(message) }),
    );
  });

  test('what was split is split again to the same text, but for comments', () => {
    const once = rewriteCompose(service('environment:\n  A: ${B:-c}\nvolumes:\n  - data:/data') + 'volumes:\n  data:\n', CONTEXT).text;
    expect(rewriteCompose(once, { ...CONTEXT, lookup: () => 'x' }).text).toBe(once);
  });
});
