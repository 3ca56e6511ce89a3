/** As shells count a process that SIGINT ended. */
const KILLED = 130;

/**
 * The first Ctrl-C (or SIGTERM) asks for a pause; a second ends the process on the spot, which loses nothing that
 * was stored.
 *
 * @returns forgets both.
 */
export function onInterrupt(pause: () => Promise<void>): () => void {
  let asked = false;
  const handle = (): void => {
    if (asked) process.exit(KILLED);
    asked = true;
    process.stderr.write("\nPausing: running trials are given back. Ctrl-C again kills.\n");
    void pause();
  };
  process.on("SIGINT", handle).on("SIGTERM", handle);
  return () => void process.off("SIGINT", handle).off("SIGTERM", handle);
}
