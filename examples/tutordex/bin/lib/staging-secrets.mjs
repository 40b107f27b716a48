/**
 * What staging needs from outside and nobody can derive: its own bots, session and
 * error-tracker address. Other names than production's, hence other values.
 */
export function stagingSecrets(seeded) {
  const values = {
    STAGING_GROUP_BOT_TOKEN: seeded.botToken('staging.GROUP_BOT_TOKEN'),
    STAGING_DM_BOT_TOKEN: seeded.botToken('staging.DM_BOT_TOKEN'),
    STAGING_ALERT_BOT_TOKEN: seeded.botToken('staging.ALERT_BOT_TOKEN'),
    STAGING_TRACKING_EDIT_BOT_TOKEN: seeded.botToken('staging.TRACKING_EDIT_BOT_TOKEN'),
    STAGING_SESSION_STRING: `1${seeded.alnum(352, 'staging.SESSION_STRING')}`,
    STAGING_SENTRY_DSN: `http://${seeded.hex(32, 'staging.SENTRY')}@host.docker.internal:7070/sentry/2`,
    MAINTENANCE_WEBHOOK_URL: 'http://127.0.0.1:7070/maintenance',
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  return `# Secrets that stoppoint.yaml names. Made by materialize; never committed.\n${lines.join('')}`;
}

/** A service account of another project: production's must not be at hand in staging. */
export function stagingFirebase(seeded) {
  const account = { type: 'service_account', project_id: 'tutordex-staging-sample', private_key_id: seeded.hex(40, 'staging.FIREBASE') };
  return `${JSON.stringify(account, null, 2)}\n`;
}
