// Installs the locked packages when node_modules is missing or is not what the lock file says. Needs nothing but Node.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return {};
  }
}

/** npm leaves its own lock file in node_modules; packages for other platforms are optional and may be absent. */
function isInstalled() {
  const present = packagesOf("node_modules/.package-lock.json");
  return Object.entries(packagesOf("package-lock.json")).every(([path, locked]) => {
    if (path === "") return true;
    const found = present[path];
    return found === undefined ? locked.optional === true || locked.peer === true : found.version === locked.version;
  });
}

export function ensureInstalled() {
  if (isInstalled()) return;
  console.log("Installing the locked packages (npm ci) …");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs node on a script of the project and ends with its exit code when it fails. */
export function node(...args) {
  const { status, signal } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (signal !== null) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
}
