import { relative, sep } from "node:path";
import { shellWord } from "./shell-word.ts";

/**
 * How to call this command again from here: `pegbox` where a shell finds it, `npx pegbox` where only the folder's own
 * packages have it, by its path in a checkout.
 *
 * @param script what node was started with.
 */
export function commandName(script: string = process.argv[1] ?? "pegbox", directory: string = process.cwd()): string {
  if (script.includes(`node_modules${sep}.bin${sep}`)) return "npx pegbox";
  const isPath = script.endsWith("pegbox.js") && !script.includes(`${sep}node_modules${sep}`);
  return isPath ? `node ${shellWord(relative(directory, script))}` : "pegbox";
}
