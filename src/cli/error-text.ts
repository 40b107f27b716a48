import { StoppointError, type Problem } from '../plan/diagnostic.js';

export interface ErrorDocument {
  readonly version: 1;
  readonly kind: 'error';
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly problems: readonly Problem[];
}

/** What has no code yet is still told in one line; its stack only with STOPPOINT_DEBUG. */
export function asStoppointError(error: unknown): StoppointError {
  if (error instanceof StoppointError) return error;
  if (isDockerTrouble(error)) return new StoppointError('DOCKER_UNREACHABLE', 'the Docker engine does not answer', { cause: error });
  return new StoppointError('UNEXPECTED', error instanceof Error ? error.message : String(error), { cause: error });
}

export function errorDocument({ code, message, next, problems }: StoppointError): ErrorDocument {
  return { version: 1, kind: 'error', code, message, next, problems };
}

export function errorText({ code, message, next, problems }: StoppointError): string {
  const places = problems.map(({ file, line, column, path, message: what }) => {
    const place = [file, line, column].filter((part) => part !== null).join(':');
    return `  ${place}: ${path ? `${path}: ` : ''}${what}`;
  });
  return [`stoppoint: ${message} (${code})`, ...places, `next: ${next}`].join('\n').concat('\n');
}

function isDockerTrouble(error: unknown): boolean {
  const { syscall, address } = error as NodeJS.ErrnoException & { address?: string };
  return syscall === 'connect' && (address ?? '').endsWith('docker.sock');
}
