const NAME = /TOKEN|SECRET|KEY|PASSWORD|PASSWD|SESSION|DSN|CREDENTIAL/i;
const JWT = /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/;
const BOT_TOKEN = /^\d{6,12}:[\w-]{30,}$/;
/** Values that say nothing, and paths to a secret instead of one. */
const HARMLESS = /^(?:|true|false|yes|no|on|off|none|null|\d{1,5}|[./][\w./-]*)$/i;

/** Whether a variable holds something that must not be known to two environments: by its name, or by its shape. */
export function isSecretLike(key: string, value: string): boolean {
  if (HARMLESS.test(value)) return false;
  return NAME.test(key) || JWT.test(value) || BOT_TOKEN.test(value);
}

const PLACEHOLDER =
  /^<[^<>]*>$|^\[(?:generate|existing|your|insert|put)[^\]]*\]$|^change[-_]?me|^your[-_]|^todo$|^xxx+$|^replace[-_]?(?:me|this)/i;

/** What a template leaves for a person to fill in. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value.trim());
}
