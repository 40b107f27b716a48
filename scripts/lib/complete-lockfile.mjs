// Run after 'npm install' where the package registry serves this platform's packages only.
// npm leaves the other platforms' optional packages out of the lock file then, and 'npm ci' refuses
// that file everywhere. A bare entry is enough: where the platform differs npm passes it over,
// where it fits npm fetches that version.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(path, name))
    .map(([name, version]) => [`node_modules/${name}`, bareEntry(name, version, entry)]),
);
const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
lock.packages = Object.fromEntries(packages.sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${file}: ${missing.length} packages of other platforms added`);

// Node's own search: in the package's folder, then in those above it.
function isLocked(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (`${at && `${at}/`}node_modules/${name}` in lock.packages) return true;
    if (!at.includes('/node_modules/')) return `node_modules/${name}` in lock.packages;
  }
}

function bareEntry(name, version, parent) {
  const [, os, cpu, libc] =
    /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(gnu|musl))?/.exec(
      name,
    ) ?? [];
  if (!os) throw new Error(`"${name}" does not tell its platform; add it to the lock file by hand`);
  const libcs = { gnu: ['glibc'], musl: ['musl'] };
  return { version, cpu: [cpu], ...(parent.dev && { dev: true }), ...(libc && { libc: libcs[libc] }), optional: true, os: [os] };
}
