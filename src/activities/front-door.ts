import { withMarker } from '../plan/marker.js';
import type { MarkerRequest } from '../plan/schema.js';
import { tryAsk } from '../world/http.js';
import type { ProjectPlace } from '../world/project-containers.js';
import { endpointOf } from '../world/service-ports.js';
import type { StepContext } from './operator.js';

export interface Knock {
  readonly place: ProjectPlace;
  readonly request: MarkerRequest;
  readonly headers: { readonly [name: string]: string };
  readonly marker: string;
}

/** Sends the marker to a project's own published port: the status, or why nobody answered. */
export async function knock(step: StepContext, { place, request, headers, marker }: Knock): Promise<number | string> {
  const endpoint = await endpointOf(step.docker, place, request);
  if ('why' in endpoint) return endpoint.why;
  const answer = await tryAsk({
    url: endpoint.url + (withMarker(request.path, marker) as string),
    method: request.method,
    headers,
    body: JSON.stringify(withMarker(request.json, marker)),
    timeoutMs: 10_000,
    signal: step.signal,
  });
  return 'why' in answer ? answer.why : answer.status;
}
