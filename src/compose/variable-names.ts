/** A service's or volume's name as part of a variable name: `link-bot` → `LINK_BOT`. */
export function upperName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

export const imageVariable = (service: string): string => `${upperName(service)}_IMAGE`;
export const volumeVariable = (key: string): string => `${upperName(key)}_VOLUME`;

/** Variables that every environment's root env file sets, whatever the deployment. */
export const APP_ENV = 'APP_ENV';
export const PROJECT_NAME = 'COMPOSE_PROJECT_NAME';
export const DATABASE_NETWORK = 'DATABASE_NETWORK';
export const STATE_HOME = 'STATE_HOME';
