/** Synchronized output: a terminal that knows it shows each picture at once, without flicker. */
const [BEGIN, END] = ["\u001b[?2026h", "\u001b[?2026l"];

/**
 * A block of lines at the bottom of a terminal, drawn over and over in place. Its lines must fit the width, and its
 * number of lines the height.
 */
export class Screen {
  readonly #stream: NodeJS.WriteStream;
  #lines = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  draw(lines: readonly string[]): void {
    const back = this.#lines === 0 ? "" : `\u001b[${this.#lines}A`;
    this.#stream.write(`${BEGIN}${back}\u001b[0J${lines.join("\n")}\n${END}`);
    this.#lines = lines.length;
  }
}
