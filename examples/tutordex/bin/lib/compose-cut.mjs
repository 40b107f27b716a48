import { Refusal } from './args.mjs';

/**
 * Keeps only some services of a Compose file. Works on lines, not on YAML: the
 * sample's file stays in plain two-space style with block lists, and so its
 * comments survive.
 */
export function cutServices(text, keep) {
  const blocks = topLevelBlocks(text.split('\n'));
  const present = new Set(blocks.filter((b) => b.section === 'services' && b.name).map((b) => b.name));
  const missing = keep.filter((name) => !present.has(name));
  if (missing.length > 0) throw new Refusal(`no service "${missing.join('", "')}" in the compose file`);

  const services = blocks
    .filter((block) => block.section !== 'services' || !block.name || keep.includes(block.name))
    .map((block) => (block.section === 'services' ? withoutDependencies(block, keep) : block));
  const used = services
    .filter((b) => b.section === 'services')
    .flatMap((b) => b.lines)
    .join('\n');
  const kept = services.filter((b) => !['volumes', 'secrets', 'configs'].includes(b.section) || !b.name || mentions(used, b.name));
  return `${withoutEmptySections(kept)
    .flatMap((block) => block.lines)
    .join('\n')
    .trimEnd()}\n`;
}

/** Splits into blocks: each entry at two spaces under a top-level key is one of its own. */
function topLevelBlocks(lines) {
  const blocks = [{ section: '', name: '', lines: [] }];
  let waiting = [];
  for (const line of lines) {
    const top = /^([A-Za-z][\w-]*):/.exec(line);
    const entry = /^ {2}([\w.-]+):/.exec(line);
    const section = top ? top[1] : blocks.at(-1).section;
    // Comments and blank lines between two entries belong to the entry they precede.
    if (/^ {0,2}#|^\s*$/.test(line)) {
      waiting.push(line);
    } else if (top || entry) {
      blocks.push({ section, name: top ? '' : entry[1], lines: [...waiting, line] });
      waiting = [];
    } else {
      blocks.at(-1).lines.push(...waiting, line);
      waiting = [];
    }
  }
  blocks.at(-1).lines.push(...waiting);
  return blocks;
}

/** Drops `depends_on` entries (list or map form) that name a service that is gone. */
function withoutDependencies(block, keep) {
  const lines = [];
  let inside = false;
  let dropping = false;
  for (const line of block.lines) {
    const indent = line.search(/\S/);
    if (inside && indent >= 0 && indent <= 4) inside = false;
    if (inside) {
      const entry = /^ {6}(?:- )?["']?([\w.-]+)["']?:?\s*$/.exec(line);
      if (entry) dropping = !keep.includes(entry[1]);
      if (dropping) continue;
    }
    if (/^ {4}depends_on:\s*$/.test(line)) {
      inside = true;
      dropping = false;
    }
    lines.push(line);
  }
  const at = lines.findIndex((line) => /^ {4}depends_on:\s*$/.test(line));
  if (at >= 0 && !/^ {6}/.test(lines[at + 1] ?? '')) lines.splice(at, 1);
  return { ...block, lines };
}

function mentions(text, name) {
  return new RegExp(`^\\s+(- )?["']?(source: )?${name.replace(/\./g, '\\.')}["']?(:|\\s|$)`, 'm').test(text);
}

function withoutEmptySections(blocks) {
  return blocks.filter((block) => {
    const isHeading = ['volumes', 'secrets', 'configs'].includes(block.section) && !block.name;
    return !isHeading || blocks.some((other) => other.section === block.section && other.name);
  });
}
