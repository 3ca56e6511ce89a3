/**
 * Writes to stdout and waits until the reader has taken it.
 *
 * @returns false once the reader has gone (`| head`): there is no one left to write for.
 */
export function write(text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve(true);
      else if ((error as NodeJS.ErrnoException).code === "EPIPE") resolve(false);
      else reject(error);
    });
  });
}
