import type Docker from 'dockerode';
import type { ProjectContainer } from './project-containers.js';

/** Newest lines that are looked at: a chatty container must not fill the worker's memory. */
const LINES = 50_000;

/** Lines of standard output and error since the container's last start. They may hold anything: never quote them. */
export async function logLines(docker: Docker, { id, startedAt }: Pick<ProjectContainer, 'id' | 'startedAt'>): Promise<readonly string[]> {
  const since = Math.floor(Date.parse(startedAt) / 1000);
  const container = docker.getContainer(id);
  const [answer, { Config }] = await Promise.all([
    container.logs({ stdout: true, stderr: true, follow: false, tail: LINES, since: Number.isFinite(since) ? since : 0 }),
    container.inspect(),
  ]);
  const bytes = Buffer.from(answer as unknown as Uint8Array);
  return (Config.Tty ? bytes.toString('utf8') : withoutFrames(bytes)).split(/\r?\n/);
}

/** Without a terminal the engine sends frames: one byte for the stream, three empty ones, four with the length, then the text. */
export function withoutFrames(bytes: Buffer): string {
  const texts: string[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    texts.push(bytes.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  return texts.join('');
}
