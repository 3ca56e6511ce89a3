import pico from "picocolors";

/**
 * Whether a stream gets colours: NO_COLOR (no-color.org) and FORCE_COLOR decide, else whether it is a terminal that
 * knows them.
 */
export function wantsColor(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

type Colors = ReturnType<typeof pico.createColors>;

export const colors: Colors = pico.createColors(wantsColor(process.stdout.isTTY === true, process.env));
/** What goes to stderr has its own: either may be a pipe while the other is a terminal. */
export const errorColors: Colors = pico.createColors(wantsColor(process.stderr.isTTY === true, process.env));
