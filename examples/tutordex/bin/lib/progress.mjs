/** Prints each step when it is done, with its time; a label tells parallel runs apart. */
export function progress(label) {
  const started = Date.now();
  const prefix = label ? `[${label}] ` : '';
  const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
  const say = async (what, step) => {
    const at = Date.now();
    const result = await step();
    process.stdout.write(`${prefix}${what.padEnd(40)} ${seconds(at).padStart(7)}\n`);
    return result;
  };
  say.end = () => process.stdout.write(`${prefix}${'deployed'.padEnd(40)} ${seconds(started).padStart(7)}\n`);
  return say;
}
