/** What `docker compose config --format json` prints, as far as we read it. */
export interface ComposeModel {
  readonly name: string;
  readonly services: { readonly [name: string]: ComposeService };
  readonly networks?: { readonly [key: string]: ComposeNamed | null };
  readonly volumes?: { readonly [key: string]: ComposeNamed | null };
  readonly secrets?: { readonly [key: string]: { readonly file?: string } | null };
  readonly configs?: { readonly [key: string]: { readonly file?: string } | null };
}

export interface ComposeNamed {
  readonly name?: string;
  readonly external?: boolean;
}

export interface ComposeService {
  readonly image?: string;
  readonly container_name?: string;
  readonly network_mode?: string;
  readonly environment?: { readonly [name: string]: string | null };
  readonly depends_on?: { readonly [service: string]: unknown };
  readonly networks?: { readonly [key: string]: { readonly aliases?: readonly string[] } | null };
  readonly ports?: readonly ComposePort[];
  readonly volumes?: readonly ComposeMount[];
  readonly restart?: string;
}

export interface ComposePort {
  readonly target: number;
  /** Compose prints it as text; a range stays a range. */
  readonly published?: string;
  readonly protocol?: string;
  readonly host_ip?: string;
}

export interface ComposeMount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
}

/** Compose doubles every `$` of its output, so that it could be read again; the values themselves have one. */
export function unescapeModel(model: ComposeModel): ComposeModel {
  return JSON.parse(JSON.stringify(model), (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('$$', '$') : value,
  ) as ComposeModel;
}
