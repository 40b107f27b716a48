import { z } from 'zod';
import { NOT_BUILT_KEYS, NOT_BUILT_VALUES, planFileSchema } from '../../../dist/plan/schema.js';
import { cell, GENERATED } from './markdown.mjs';

const DURATION = '^\\d+(ms|s|m|h)$';

/** For editors: the shape of what is written, before defaults. */
export function planFileJsonSchema() {
  const schema = z.toJSONSchema(planFileSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'stoppoint.yaml' };
}

/** docs/plan-file.md: every key with its type, its default and what it is for. */
export function planFileReference() {
  const rows = keysOf(planFileJsonSchema(), '');
  return [
    '# The plan file, `stoppoint.yaml`',
    '',
    GENERATED,
    '',
    'Unknown keys are refused, all at once, with line and column. Relative paths start at the folder of the plan file.',
    'Secrets go by name. For editors there is [plan-file.schema.json](plan-file.schema.json).',
    '',
    '| key | value | default | what it is |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ key, type, fallback, what }) => `| \`${key}\` | ${cell(type)} | ${fallback} | ${cell(what)} |`),
    '',
    'Named by the design and not built yet, hence refused with `PLAN_KEY_NOT_BUILT`:',
    `${NOT_BUILT_KEYS.map((key) => `\`${key}\``).join(', ')}.`,
    '',
    'Values that are refused in the same way:',
    `${Object.entries(NOT_BUILT_VALUES)
      .flatMap(([key, values]) => values.map((value) => `\`${key}: ${value}\``))
      .join(', ')}.`,
    '',
  ].join('\n');
}

function keysOf(schema, path) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const key = path ? `${path}.${name}` : name;
    const row = { key, type: typeWords(value), fallback: defaultWords(value, required.has(name)), what: value.description ?? '' };
    return [row, ...inside(value, key)];
  });
}

/** The keys below: of an object, of a list's items, of a map's values, of each way that a value may be written. */
function inside(value, key) {
  if (value.properties) return keysOf(value, key);
  if (value.items) return inside(value.items, `${key}[]`);
  if (typeof value.additionalProperties === 'object') return inside(value.additionalProperties, `${key}.*`);
  const ways = (value.anyOf ?? []).flatMap((way) => inside(way, key));
  return ways.filter((row, index) => ways.findIndex((other) => other.key === row.key) === index);
}

function typeWords(value) {
  if (value.const !== undefined) return `\`${JSON.stringify(value.const)}\``;
  if (value.enum) return value.enum.map((one) => `\`${one}\``).join(', ');
  if (value.anyOf) return [...new Set(value.anyOf.map(typeWords))].join(' or ');
  if (value.type === 'array') return `list of ${typeWords(value.items ?? {})}`;
  if (value.type === 'object')
    return typeof value.additionalProperties === 'object' ? `map of ${typeWords(value.additionalProperties)}` : 'map';
  if (value.pattern === DURATION) return 'duration (`30s`, `5m`, `24h`)';
  return value.type ?? 'anything';
}

function defaultWords(value, isRequired) {
  if (value.default !== undefined) return `\`${JSON.stringify(value.default)}\``;
  return isRequired ? '**required**' : '';
}
