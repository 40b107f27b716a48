import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { IncomingMessage } from 'node:http';

export interface HttpRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  /** For the whole exchange; 5 s unless told. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** At most 20 MB. */
  readonly body: string;
  readonly ms: number;
}

const BODY_LIMIT = 20_000_000;

/**
 * One request over a connection of its own: a kept-alive one may still lead to a container that has gone.
 * Redirects are answers. Rejects when nobody answers within the time; the error never holds headers.
 */
export async function ask({ url, method = 'GET', headers = {}, body, timeoutMs = 5_000, signal }: HttpRequest): Promise<HttpAnswer> {
  const started = performance.now();
  const deadline = AbortSignal.timeout(timeoutMs);
  const send = url.startsWith('https:') ? secure : plain;
  const all =
    body === undefined ? headers : { 'content-type': 'application/json', ...headers, 'content-length': `${Buffer.byteLength(body)}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = send(url, { method, headers: all, agent: false, signal: signal ? AbortSignal.any([deadline, signal]) : deadline });
    call.once('response', resolve);
    call.once('error', (error) => reject(deadline.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error));
    call.end(body);
  });
  return { status: response.statusCode ?? 0, body: await bodyOf(response), ms: Math.round(performance.now() - started) };
}

/** As `ask`, with silence as a value: `why` is the system's word for it (`ECONNREFUSED`). */
export async function tryAsk(request: HttpRequest): Promise<HttpAnswer | { readonly why: string }> {
  try {
    return await ask(request);
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    const { code, message } = error as NodeJS.ErrnoException;
    return { why: code && code !== 'ABORT_ERR' ? code : message };
  }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_LIMIT) {
      response.destroy();
      break;
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
