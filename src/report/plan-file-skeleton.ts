/** What could be read from the running containers; null where it is for the operator to fill in. */
export interface SkeletonFacts {
  readonly deployment: string;
  readonly app: { readonly directory: string; readonly files: readonly string[]; readonly running: string; readonly redis: string | null };
  readonly database: { readonly directory: string; readonly files: readonly string[]; readonly running: string } | null;
}

/** A commented stoppoint.yaml to start from. Lines marked `!` must be looked at. Paths may be relative to this file. */
export function planFileSkeleton({ deployment, app, database }: SkeletonFacts): string {
  return `# What 'stoppoint plan' compiles. All keys: docs/plan-file.md. Lines marked with ! are guesses or gaps: look at them.
version: 1
deployment: ${deployment}

projects:
  app:                              # the project that becomes production and staging
    directory: ${quoted(app.directory)}
    files: ${list(app.files)}
    running: ${app.running}           # as its containers are labelled
${app.redis ? `    redis: ${app.redis}` : '    # redis: redis                  # ! the service that is a Redis, if there is one'}
    state: []                       # ! folders inside bind mounts that hold state (session files)
    secret-files: []                # ! [{ path: secrets/a.json, staging: secrets/a-staging.json }]
  database:                         # the Supabase project that it leans on
    directory: ${quoted(database?.directory ?? '../supabase')}${database ? '' : '   # ! not found among the running projects'}
    files: ${list(database?.files ?? ['docker-compose.yml'])}
    running: ${database?.running ?? 'supabase'}
    kind: supabase-self-hosted
    state: []                       # ! folders with state that are never copied (volumes/db/data, volumes/storage)
    fresh: {}                       # ! secrets that staging gets new: { JWT_SECRET: { length: 40 } }

environments:
  production:
    project: ${deployment}-prod
    folder: ../${deployment}-prod
    values: {}                      # ! set, fresh, from-secrets, from-database, shared
  staging:
    project: ${deployment}-staging
    folder: ../${deployment}-staging
    database-project: ${database?.running ?? 'supabase'}-staging
    database-folder: ../${database?.running ?? 'supabase'}-staging
    values: {}                      # ! at least every exclusive identity: bots, channels, accounts

# secrets-file: stoppoint.secrets   # dotenv, mode 0600; secrets go by name, never into this file

schema:
  snapshot: schema.sql              # ! the full schema that staging starts from

isolation:                          # ! a marker written through staging's front door
  write: { service: backend, port: 8000, path: /marker, json: { text: "{{marker}}" } }
  look: { table: public.markers, column: text }

window:
  budget: 120s                      # longest downtime; when it passes the run goes back by itself
stop-points: {}                     # { SP4: { may-decide: [kim, lee], needs: 2, starter-may: false } }
checks: { both: [], production: [], staging: [] }
monitor: { for: 30m, compare-with: 30s }
announce: []                        # [{ webhook: MAINTENANCE_WEBHOOK_URL }]
`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function list(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}
