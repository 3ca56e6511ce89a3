import { type ChildProcess, spawn } from "node:child_process";

/**
 * Keeps a list of groups from the lines `+ group` and `- group`, and kills those that are left at the end of its input,
 * which comes when Pegbox ends, however it ends. Nothing else tells a process that its parent was killed.
 */
const SCRIPT = `
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done`;

/**
 * Sees to it that no trial outlives Pegbox: a shell of about 1 MB that waits for the end of a pipe. Without it a trial
 * would go on after `kill -9`, in the way of the same trial run again. Where there is no shell, nothing is guarded.
 */
export class GroupGuard {
  #shell: ChildProcess | undefined;

  /** @param group to be killed when this process ends, until it is forgotten. */
  watch(group: number): void {
    this.#shell ??= startShell();
    this.#shell.stdin?.write(`+ ${group}\n`);
  }

  forget(group: number): void {
    this.#shell?.stdin?.write(`- ${group}\n`);
  }

  /** Kills what is still watched. */
  close(): void {
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }
}

function startShell(): ChildProcess {
  // In a session of its own: the Ctrl-C of a terminal must not end it before its input does.
  const shell = spawn("/bin/sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.once("error", () => {});
  shell.stdin?.on("error", () => {});
  shell.unref();
  // A pipe is a socket, which may be let go of; the types of stdin say only that it is a stream.
  if (shell.stdin !== null && "unref" in shell.stdin) (shell.stdin as unknown as { unref(): void }).unref();
  return shell;
}
