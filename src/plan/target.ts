import type { Environment } from './operation.js';
import type { Observation } from './observed.js';
import type { PlanFile } from './schema.js';

/** What the steps' bodies refer to; frozen with the plan. Paths are absolute on the Docker host. */
export interface Target {
  readonly planFile: { readonly path: string; readonly sha256: string; readonly content: PlanFile };
  readonly observation: Observation;
  readonly observationHash: string;
  /** Folder of the plan file: its relative paths start here. */
  readonly home: string;
  readonly environments: { readonly [E in Environment]: EnvironmentTarget };
  readonly database: DatabaseTarget;
  readonly lockContainer: string;
  /** Image id → tag under which both environments run it. */
  readonly images: { readonly [service: string]: { readonly id: string; readonly tag: string } };
}

export interface EnvironmentTarget {
  readonly environment: Environment;
  readonly project: string;
  readonly folder: string;
  /** Value of APP_ENV. */
  readonly label: string;
  /** Suffix of its env files: `.env.prod`, `.env.staging`. */
  readonly envSuffix: string;
  readonly ports: readonly PortAssignment[];
  /** Compose key → literal volume name. */
  readonly volumes: { readonly [key: string]: string };
  /** The external network on which the database's gateway answers. */
  readonly databaseNetwork: string;
  /** Where folders with state are bound from. */
  readonly stateHome: string;
}

export interface PortAssignment {
  readonly service: string;
  readonly target: number;
  readonly protocol: string;
  readonly hostIp: string;
  readonly published: number;
  /** Name of the variable that carries it, for example `BACKEND_PORT`. */
  readonly variable: string;
}

/** Staging's own copy of the database project. */
export interface DatabaseTarget {
  readonly project: string;
  readonly folder: string;
  readonly network: string;
  readonly ports: readonly PortAssignment[];
}
