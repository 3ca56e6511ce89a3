import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** How to call this command again: `pegbox` where it is installed, by its path in a checkout. */
export function commandName(): string {
  const script = process.argv[1] ?? "pegbox";
  const installed =
    fileURLToPath(import.meta.url).includes(`${sep}node_modules${sep}`) || !script.endsWith("pegbox.js");
  return installed ? "pegbox" : `node ${relative(process.cwd(), script)}`;
}
