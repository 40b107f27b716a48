import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, _ and -, 63 at most');
const path = z.string().min(1);
const envKey = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable name');
const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

/** `30s`, `5m`, `24h`; read as seconds. */
const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'a duration such as 30s, 5m or 24h')
  .transform((text) => Number.parseInt(text, 10) * UNITS[text.replace(/^\d+/, '') as keyof typeof UNITS]);

const httpCheck = z.strictObject({
  id: name.describe('Shown at stop points and in the report'),
  service: z.string().describe('The service that must answer; its published port is looked up'),
  port: z.number().int().describe('Port inside the container'),
  get: z.string().startsWith('/'),
  status: z.number().int().default(200),
  json: z.record(z.string(), z.unknown()).optional().describe('Keys (dotted) that the body must have with exactly these values'),
  contains: z.string().optional().describe('Text that the body must contain'),
  'not-empty-list': z.boolean().optional().describe('The body is a JSON list with at least one element'),
  'targets-up': z.boolean().optional().describe("The body is Prometheus' target list; every active target is up"),
  smoke: z.boolean().default(false).describe('Also demanded inside the window, before it ends'),
});

const logCheck = z.strictObject({
  id: name,
  service: z.string(),
  log: z.string().describe('Regular expression that one line since the start of the container must match'),
  smoke: z.boolean().default(false),
});

const check = z.union([httpCheck, logCheck]);

const environmentValues = z.strictObject({
  set: z.record(envKey, z.string()).default({}).describe('Literal values, wherever the key occurs'),
  fresh: z.array(envKey).default([]).describe('Made new: one value per key and environment'),
  'from-secrets': z.record(envKey, envKey).default({}).describe('Key → name in the secrets file'),
  'from-database': z.record(envKey, envKey).default({}).describe("Key → key of the environment's own database project"),
  shared: z.array(envKey).default([]).describe('Secrets that both environments share on purpose; accepted at SP2'),
});

const request = z.strictObject({
  service: z.string(),
  port: z.number().int(),
  method: z.enum(['POST', 'PUT']).default('POST'),
  path: z.string().startsWith('/'),
  headers: z
    .record(z.string(), z.strictObject({ key: envKey, file: path }))
    .default({})
    .describe('Header → value of a key in an env file of the environment'),
  json: z.record(z.string(), z.unknown()).describe('Body; "{{marker}}" is replaced'),
});

export const planFileSchema = z.strictObject({
  version: z.literal(1),
  deployment: name,
  projects: z.strictObject({
    app: z.strictObject({
      directory: path,
      files: z.array(path).min(1).default(['docker-compose.yml']),
      running: name.describe('The project as its containers are labelled'),
      redis: z.string().optional().describe('The service that is a Redis'),
      state: z.array(path).default([]).describe('Folders inside bind mounts that hold state, relative to the directory'),
      'secret-files': z
        .array(z.strictObject({ path, staging: path }))
        .default([])
        .describe('Files that each environment has its own of'),
    }),
    database: z.strictObject({
      directory: path,
      files: z.array(path).min(1).default(['docker-compose.yml']),
      running: name,
      kind: z.literal('supabase-self-hosted'),
      postgres: z.string().default('db').describe('Service of the cluster'),
      superuser: z.string().default('supabase_admin'),
      database: z.string().default('postgres').describe('Database with the application schema'),
      gateway: z.string().default('kong'),
      'gateway-port': z.number().int().default(8000).describe('Port inside the container'),
      keys: z
        .strictObject({
          anon: envKey.default('ANON_KEY'),
          service: envKey.default('SERVICE_ROLE_KEY'),
          'jwt-secret': envKey.default('JWT_SECRET'),
        })
        .prefault({}),
      state: z.array(path).default([]).describe('Folders with state that are never copied'),
      fresh: z
        .record(envKey, z.strictObject({ length: z.number().int().min(8).max(256) }))
        .default({})
        .describe('Secrets that staging gets new, with their length'),
    }),
  }),
  environments: z.strictObject({
    production: z.strictObject({
      project: name,
      folder: path,
      label: z.string().default('prod').describe('Value of APP_ENV'),
      values: environmentValues.prefault({}),
    }),
    staging: z.strictObject({
      project: name,
      folder: path,
      label: z.string().default('staging'),
      'database-project': name,
      'database-folder': path,
      values: environmentValues.prefault({}),
    }),
  }),
  'secrets-file': path
    .optional()
    .describe('Dotenv file, mode 0600, that `from-secrets` and `announce` read; else the environment of the worker'),
  stores: z
    .record(z.string(), z.enum(['adopt']))
    .default({})
    .describe('Volume key → how production gets its data; adopt by default'),
  schema: z.strictObject({
    snapshot: path,
    migrations: z.strictObject({ directory: path, match: z.string(), after: z.string() }).optional(),
    policies: path.optional(),
    compare: z.array(z.string()).default(['public']),
  }),
  isolation: z.strictObject({
    write: request,
    look: z.strictObject({ table: z.string().regex(/^[a-z_]+\.[a-z_]+$/), column: z.string().regex(/^[a-z_]+$/) }),
    redis: z.strictObject({ write: request, 'key-suffix': z.string() }).optional(),
    outside: z
      .strictObject({ get: z.url(), field: z.string(), 'digest-of': z.array(envKey), 'digest-length': z.number().int().default(12) })
      .optional()
      .describe('A witness outside that lists what was sent, by a digest of the sender'),
  }),
  window: z
    .strictObject({
      opens: z.iso.datetime({ offset: true }).optional(),
      budget: duration.prefault('120s'),
      'on-failure': z.literal('roll-back').default('roll-back'),
      'park-traffic': z.literal('none').default('none'),
    })
    .prefault({}),
  'stop-points': z
    .partialRecord(
      z.enum(['SP0', 'SP1', 'SP2', 'SP3', 'SP4', 'SP5', 'SP6', 'SP7']),
      z.strictObject({
        'may-decide': z.array(z.string()).default([]),
        needs: z.number().int().min(1).max(9).default(1),
        'starter-may': z.boolean().default(true),
      }),
    )
    .default({}),
  checks: z
    .strictObject({ both: z.array(check).default([]), production: z.array(check).default([]), staging: z.array(check).default([]) })
    .prefault({}),
  monitor: z
    .strictObject({
      for: duration.prefault('30m'),
      'compare-with': duration.prefault('30s').describe('Length of the baseline, taken before the window'),
      every: duration.prefault('5s'),
      'growing-table': z
        .string()
        .regex(/^[a-z_]+\.[a-z_]+$/)
        .optional()
        .describe('A table that production keeps adding to'),
    })
    .prefault({}),
  announce: z.array(z.strictObject({ webhook: envKey.describe('Name of the secret that holds the URL') })).default([]),
});

/** Keys that the design names and a later release builds: refused by name, never ignored. */
export const NOT_BUILT_KEYS: readonly string[] = [
  'window.budget-traffic',
  'window.rehearse',
  'stop-points.*.expires',
  'stop-points.*.on-expiry',
  'environments.*.ports',
  'environments.*.side-effects',
  'rehearsal',
  'guards',
  'operators',
];

/** Values, by key, that the design names and a later release builds. */
export const NOT_BUILT_VALUES: { readonly [key: string]: readonly string[] } = {
  'window.park-traffic': ['auto'],
  'stores.*': ['replica', 'copy'],
};

export type PlanFileInput = z.input<typeof planFileSchema>;
export type PlanFile = z.output<typeof planFileSchema>;
export type ServiceCheck = z.output<typeof check>;
export type HttpCheck = z.output<typeof httpCheck>;
export type LogCheck = z.output<typeof logCheck>;
export type MarkerRequest = z.output<typeof request>;
export type EnvironmentValues = z.output<typeof environmentValues>;
