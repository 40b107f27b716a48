import { StoppointError } from '../plan/diagnostic.js';
import { type Options, type Session, textOf } from './verb.js';

/** A destructive verb without a terminal needs `--yes` and the deployment's name; with one, it asks for the name. */
export async function confirm(
  session: Session,
  options: Options,
  { deployment, what }: { deployment: string; what: string },
): Promise<void> {
  const isNamed = textOf(options['deployment']) === deployment;
  if (options['yes'] === true && isNamed) return;
  if (!session.io.isTerminal || session.json) {
    throw new StoppointError('CONFIRMATION_MISSING', `${what} changes '${deployment}', and nobody is here to ask`, {
      next: `add --yes --deployment ${deployment}`,
    });
  }
  const typed = await session.io.ask(`${what}\ntype the deployment's name to go on: `);
  if (typed.trim() !== deployment)
    throw new StoppointError('CONFIRMATION_MISSING', `'${typed.trim()}' is not '${deployment}'; nothing was done`);
}
