/** Exit codes of the sample's scripts; 4 is a refusal that changed nothing. */
export const exitCodes = { failed: 1, usage: 2, taken: 4 };

/** An error whose message is all the user needs to see. */
export class Refusal extends Error {
  constructor(message, exitCode = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Reads `--name value` and `--flag`; unknown names are refused, not ignored. */
export function readArgs(argv, { values = {}, flags = [] }) {
  const found = { ...values, ...Object.fromEntries(flags.map((flag) => [flag, false])) };
  const rest = [];
  for (let at = 0; at < argv.length; at += 1) {
    if (!argv[at].startsWith('--')) {
      rest.push(argv[at]);
      continue;
    }
    const [name, inline] = argv[at].slice(2).split(/=(.*)/s);
    if (flags.includes(name)) {
      found[name] = true;
    } else if (name in values) {
      const value = inline ?? argv[(at += 1)];
      if (value === undefined) throw new Refusal(`"--${name}" needs a value`, exitCodes.usage);
      found[name] = value;
    } else {
      throw new Refusal(`unknown option "${argv[at]}"`, exitCodes.usage);
    }
  }
  return { ...found, rest };
}

export function required(options, name) {
  if (!options[name]) throw new Refusal(`"--${name}" is missing`, exitCodes.usage);
  return options[name];
}

export function positiveNumber(options, name) {
  const value = Number(options[name]);
  if (!(value > 0)) throw new Refusal(`"--${name}" must be a number above 0`, exitCodes.usage);
  return value;
}

/** Runs a script's main function; a refusal is one line, anything else keeps its stack. */
export async function run(main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    const refused = error instanceof Refusal;
    process.stderr.write(`${refused ? `error: ${error.message}` : error.stack}\n`);
    process.exitCode = refused ? error.exitCode : exitCodes.failed;
  }
}
