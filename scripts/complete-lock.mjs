// Completes package-lock.json after `npm install` against a mirror that lacks packages for other platforms: npm leaves
// those out, and `npm ci` then refuses the lock as out of step. An entry needs only its version and its platform.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./installed.mjs";

const OS = /darwin|win32|linux|android|freebsd|netbsd|openbsd|sunos|aix|openharmony/;
const CPU = /arm64|x64|ia32|arm|ppc64|riscv64|s390x|loong64|mips64el|wasm32/;

const file = join(root, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
const present = new Set(Object.keys(lock.packages));

for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    const place = `node_modules/${name}`;
    if (present.has(place) || present.has(`${path}/${place}`)) continue;
    present.add(place);
    lock.packages[place] = {
      version: range.replace(/^[\^~]/, ""),
      cpu: [name.match(CPU)?.[0] ?? "none"],
      ...(dev ? { dev } : {}),
      ...(name.includes("musl") ? { libc: ["musl"] } : {}),
      optional: true,
      os: [name.match(OS)?.[0] ?? "none"],
    };
    console.log(`added ${name}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
