/** Services in waves: those of a wave depend only on earlier waves. A cycle ends up in the last wave. */
export function startWaves(
  services: readonly { readonly name: string; readonly dependsOn: readonly string[] }[],
): readonly (readonly string[])[] {
  const waves: string[][] = [];
  const placed = new Set<string>();
  const known = new Set(services.map(({ name }) => name));
  let left = [...services];
  while (left.length > 0) {
    const ready = left.filter(({ dependsOn }) => dependsOn.every((name) => placed.has(name) || !known.has(name)));
    const wave = ready.length > 0 ? ready : left;
    waves.push(wave.map(({ name }) => name));
    for (const { name } of wave) placed.add(name);
    left = left.filter((service) => !wave.includes(service));
  }
  return waves;
}
