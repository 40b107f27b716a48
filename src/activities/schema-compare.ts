import { join } from 'node:path';
import { type SchemaFact, schemaInventory } from '../invocations/schema-inventory.js';
import type { CheckResult } from '../plan/checks.js';
import type { Evidence } from '../plan/evidence.js';
import type { Environment, OperationOf } from '../plan/operation.js';
import { digestText } from '../record/digest.js';
import { schemaDifference } from '../report/schema-difference.js';
import { sqlRows } from '../world/psql.js';
import { writeDurably } from '../world/write-durably.js';
import { clusterOf, sqlOptions } from './both-databases.js';
import { looking, type Operator, type StepContext } from './operator.js';
import { check } from './project-state.js';

/** Staging's schema against production's, down to grants and enabled triggers. */
export const schemaCompare: Operator<OperationOf<'schema.compare'>> = looking(look);

async function look(step: StepContext): Promise<Evidence> {
  const production = await inventory(step, 'production');
  const staging = await inventory(step, 'staging');
  const raw = [await keep(step, 'production', production), await keep(step, 'staging', staging)];
  const all = schemaDifference(production, staging);
  const policies = schemaDifference(only(production, 'policy'), only(staging, 'policy'));
  return {
    facts: { compared: all.compared, policies: policies.compared, different: all.lines.length },
    checks: [
      check(
        'schema-equal',
        "equal to production's",
        all.compared === 0 ? ['production has nothing to compare'] : all.lines,
        `${all.compared} objects`,
      ),
      check(
        'policies-equal',
        "equal to production's",
        policies.lines,
        policies.compared === 0 ? 'production has no policy' : `${policies.compared} policies`,
      ),
      rowSecurity(step, production, staging),
    ],
    raw,
  };
}

async function inventory(step: StepContext, environment: Environment): Promise<readonly SchemaFact[]> {
  const { compare } = step.target.planFile.content.schema;
  return await sqlRows<SchemaFact>(await clusterOf(step, environment), schemaInventory(compare), sqlOptions(step));
}

/** A table without row level security shows all its rows to whoever has the anon key. */
function rowSecurity(step: StepContext, production: readonly SchemaFact[], staging: readonly SchemaFact[]): CheckResult {
  const flags = (facts: readonly SchemaFact[]) => only(facts, 'row level security');
  const on = (facts: readonly SchemaFact[], object: string) =>
    flags(facts).some((fact) => fact.object === object && fact.definition.startsWith('on'));
  const open = flags(production).filter(({ object }) => on(production, object) && !on(staging, object));
  const count = flags(staging).filter(({ object }) => on(staging, object)).length;
  const problems = open.map(({ object }) => `${object}: off`);
  const expected = step.target.planFile.content.schema.policies !== undefined;
  if (expected && count === 0) problems.push('no table has it on, though there is a file of policies');
  return check('rls-on', 'on wherever production has it on', problems, `on for ${count} of ${flags(staging).length} tables`);
}

function only(facts: readonly SchemaFact[], kind: string): readonly SchemaFact[] {
  return facts.filter((fact) => fact.kind === kind);
}

/** The definitions stay in the run's folder, for whoever must understand a difference. */
async function keep(step: StepContext, environment: Environment, facts: readonly SchemaFact[]) {
  const name = `schema-${environment}.txt`;
  const text = facts.map(({ kind, object, definition }) => `${kind} ${object}: ${definition.replaceAll('\n', ' ')}\n`).join('');
  await writeDurably(join(step.folder.path, name), text);
  return { name, sha256: digestText(text), bytes: Buffer.byteLength(text) };
}
