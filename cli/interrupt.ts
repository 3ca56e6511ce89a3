/** As shells count a process that SIGINT ended. */
const KILLED = 130;

export const PAUSING = "Pausing: running trials are given back. Ctrl-C again ends at once; nothing stored is lost.";

/**
 * The first Ctrl-C (or SIGTERM) asks for a pause; a second ends the process on the spot, which loses nothing that
 * was stored.
 *
 * @param say tells the person that the first was heard.
 * @returns forgets both.
 */
export function onInterrupt(
  pause: () => Promise<void>,
  say: () => void = () => process.stderr.write(`\n${PAUSING}\n`),
): () => void {
  let asked = false;
  const handle = (): void => {
    if (asked) process.exit(KILLED);
    asked = true;
    say();
    // what keeps it from pausing leaves the study as it stands, as a kill does, and loses nothing
    pause().catch(() => process.exit(KILLED));
  };
  process.on("SIGINT", handle).on("SIGTERM", handle);
  return () => void process.off("SIGINT", handle).off("SIGTERM", handle);
}
