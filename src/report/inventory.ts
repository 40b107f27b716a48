import type { Observation, ObservedProject, ObservedService } from '../plan/observed.js';
import { cut, table } from './table.js';
import { bytes, counted } from './words.js';

/** The service inventory that the paper plan writes by hand (its section 1.1), from what runs. */
export function inventoryText({ app, database, engine }: Observation): string {
  return [
    `Docker ${engine.version}, Compose ${engine.compose}, ${bytes(engine.rootFreeBytes)} free`,
    ...[app, database].flatMap(projectLines),
  ].join('\n');
}

function projectLines(project: ObservedProject): readonly string[] {
  const { name, directory, services, volumes, networks, git } = project;
  const commit = git
    ? `commit ${git.head.slice(0, 12)}${git.dirty.length > 0 ? `, ${counted(git.dirty.length, 'changed file')}` : ''}`
    : 'no git';
  const header = ['  service', 'image', 'command', 'depends on', 'ports', 'state', 'restart'];
  return [
    '',
    `${name} · ${counted(services.length, 'service')} · ${directory} · ${commit}`,
    ...table([header, ...services.map(serviceCells)]),
    `  volumes: ${volumes.map((volume) => `${volume.name} ${bytes(volume.bytes)}`).join(', ') || 'none'}`,
    `  networks: ${networks.map((network) => `${network.name}${network.external ? ' (external)' : ''}`).join(', ') || 'none'}`,
  ];
}

function serviceCells(service: ObservedService): readonly string[] {
  const { name, imageRef, command, dependsOn, ports, restart, running } = service;
  const published = ports.map((port) => `${port.published}→${port.target}${port.protocol === 'tcp' ? '' : `/${port.protocol}`}`);
  return [
    `  ${name}${running ? '' : ' (not running)'}`,
    cut(imageRef, 32),
    cut(command, 40),
    dependsOn.join(' ') || '–',
    published.join(' ') || '–',
    stateWords(service),
    restart || 'no',
  ];
}

/** Where a service can leave something behind: volumes and writable bind mounts. */
function stateWords({ mounts }: ObservedService): string {
  const writable = mounts
    .filter(({ readOnly }) => !readOnly)
    .map((mount) => (mount.type === 'volume' ? mount.volume : `bind ${mount.target}`));
  return cut(writable.join(' ') || '–', 44);
}
