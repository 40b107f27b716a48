import { describe, expect, test } from '@jest/globals';
import { rewriteDatabaseCompose } from '../../../src/split/database-compose.js';
import { databaseEnv, freshLengths, separateKeys } from '../../../src/split/database-env.js';
import { portsOfHost, redirectPorts } from '../../../src/split/redirect.js';
import { planFileSchema } from '../../../src/plan/schema.js';

const port = (service: string, target: number, published: number) => ({
  service,
  target,
  published,
  variable: `${service}_${target}`,
  protocol: 'tcp',
  hostIp: '',
});
const CONTEXT = {
  directory: '/live',
  lookup: (name: string) => ({ KONG_HTTP_PORT: '54321', POSTGRES_PORT: '5432' })[name],
  project: 'supabase-staging',
  livePorts: [port('db', 5432, 5432), port('kong', 8000, 54_321), port('kong', 8443, 8443)],
  ports: [port('db', 5432, 5433), port('kong', 8000, 54_323), port('kong', 8443, 8444)],
};

describe("the compose file of staging's database", () => {
  test('the golden text: own names and ports, the old container names as aliases', () => {
    const text = `name: supabase # the official name
services:
  db:
    container_name: supabase-db
    image: postgres
    ports:
      - \${POSTGRES_PORT}:5432
    environment:
      PGPORT: \${POSTGRES_PORT}
  kong:
    container_name: supabase-kong # load-bearing
    ports:
      - "\${KONG_HTTP_PORT:-8000}:8000/tcp"
      - 8443:8443
    networks:
      default:
        aliases:
          - kong
  realtime:
    container_name: realtime-dev.supabase-realtime
    networks:
      - default
      - inner
    volumes:
      - /live/volumes/api:/api:ro
networks:
  inner:
    name: supabase_inner
volumes:
  db-config:
    name: supabase_db-config
`;
    const { text: copy, variables } = rewriteDatabaseCompose(text, CONTEXT);
    expect(copy).toBe(`name: supabase-staging # the official name
services:
  db:
    networks:
      default:
        aliases:
          - supabase-db
    image: postgres
    ports:
      - "5433:5432"
    environment:
      PGPORT: \${POSTGRES_PORT}
  kong:
    ports:
      - "\${KONG_HTTP_PORT:-8000}:8000/tcp"
      - "8444:8443"
    networks:
      default:
        aliases:
          - kong
          - supabase-kong
  realtime:
    networks:
      default:
        aliases:
          - realtime-dev.supabase-realtime
      inner:
        aliases:
          - realtime-dev.supabase-realtime
    volumes:
      - "./volumes/api:/api:ro"
networks:
  inner:
volumes:
  db-config:
`);
    expect(Object.fromEntries(variables)).toEqual({ KONG_HTTP_PORT: '54323' });
  });

  test.each([
    ['services: { db: { image: x } }\nnetworks: { proxy: { external: true } }\n', /external network 'proxy'/],
    ['services:\n  db:\n    volumes:\n      - /srv/db:/data\n', /'\/srv\/db'/],
    ['services:\n  db:\n    network_mode: host\n', /network_mode 'host'/],
    ['services:\n  db:\n    ports:\n      - "9:9"\n', /publishes port 9/],
  ])('%j cannot be copied', (text, message) => {
    expect(() => rewriteDatabaseCompose(text, CONTEXT)).toThrow(
      expect.objectContaining({ code: 'NOT_SPLITTABLE', message: expect.stringMatching(message) }),
    );
  });
});

describe("the env file of staging's database", () => {
  const live = new Map(
    Object.entries({
      POSTGRES_PASSWORD: 'old',
      URL: 'http://localhost:54321/x',
      KONG_HTTP_PORT: '54321',
      MINE: 'a',
      ANON_KEY: 'eyJa.eyJb.c',
    }),
  );

  test('has every key of today in its order, new secrets, own ports, addresses led to them', () => {
    const values = databaseEnv({
      live,
      project: 'copy',
      ports: new Map([['KONG_HTTP_PORT', '54323']]),
      fresh: new Map(Object.entries({ POSTGRES_PASSWORD: 'new', ANON_KEY: 'signed', JWT_SECRET: 'j' })),
      set: new Map([['MINE', 'b']]),
      redirect: (text) => redirectPorts(text, new Map([[54_321, 54_323]])),
    });
    expect([...values]).toEqual([
      ['POSTGRES_PASSWORD', 'new'],
      ['URL', 'http://localhost:54323/x'],
      ['KONG_HTTP_PORT', '54323'],
      ['MINE', 'b'],
      ['ANON_KEY', 'signed'],
      ['JWT_SECRET', 'j'],
    ]);
  });

  test('known secrets are fresh with the lengths that their programs take, and the plan file wins', () => {
    const plan = {
      projects: {
        database: planFileSchema.shape.projects.shape.database.parse({
          directory: 'd',
          running: 'r',
          kind: 'supabase-self-hosted',
          fresh: { POSTGRES_PASSWORD: { length: 20 } },
        }),
      },
    };
    expect(Object.fromEntries(freshLengths(plan as never, live))).toEqual({ POSTGRES_PASSWORD: 20, JWT_SECRET: 64 });
  });

  test('whatever looks like a secret must differ, unless it is shared on purpose', () => {
    const more = new Map([...live, ['SMTP_PASSWORD', 'mail-password']]);
    expect(separateKeys(more, ['POSTGRES_PASSWORD', 'JWT_SECRET'], [])).toEqual(['POSTGRES_PASSWORD', 'ANON_KEY', 'SMTP_PASSWORD']);
    expect(separateKeys(more, ['POSTGRES_PASSWORD'], ['SMTP_PASSWORD'])).toEqual(['POSTGRES_PASSWORD', 'ANON_KEY']);
  });
});

describe('addresses of this host', () => {
  test.each([
    ['http://localhost:54321', 'http://localhost:54323'],
    ['http://host.docker.internal:54321/a?b=54321', 'http://host.docker.internal:54323/a?b=54321'],
    ['postgres://u:p@127.0.0.1:54321/db', 'postgres://u:p@127.0.0.1:54323/db'],
    ['http://[::1]:54321', 'http://[::1]:54323'],
    ['http://kong:54321', 'http://kong:54321'],
    ['http://localhost:543210', 'http://localhost:543210'],
    ['http://mylocalhost:54321', 'http://mylocalhost:54321'],
    ['54321', '54321'],
  ])('%s becomes %s', (from, to) => {
    expect(redirectPorts(from, new Map([[54_321, 54_323]]))).toBe(to);
  });

  test('every port in a list of addresses is found', () => {
    expect(portsOfHost('localhost:1,http://127.0.0.1:22/x, other:3')).toEqual([1, 22]);
  });
});
