import { textWidth } from "./text-width.ts";

/** Synchronized output: a terminal that knows it shows each picture at once, without flicker. */
const [BEGIN, END] = ["\u001b[?2026h", "\u001b[?2026l"];

/**
 * A block of lines at the bottom of a terminal, drawn over and over in place. Its lines must fit the width, and its
 * number of lines the height.
 */
export class Screen {
  readonly #stream: NodeJS.WriteStream;
  #lines: readonly string[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  draw(lines: readonly string[]): void {
    const up = this.#height();
    // the carriage return: a key pressed meanwhile, such as ^C, has been echoed where the cursor stood
    const back = up === 0 ? "\r" : `\r\u001b[${up}A`;
    this.#stream.write(`${BEGIN}${back}\u001b[0J${lines.join("\n")}\n${END}`);
    this.#lines = lines;
  }

  /** Of the last picture, now: a terminal that became narrower has wrapped its lines. */
  #height(): number {
    const { columns = 80, rows = 24 } = this.#stream;
    const wrapped = this.#lines.map((line) => Math.max(1, Math.ceil(textWidth(line) / columns)));
    return Math.min(
      rows - 1,
      wrapped.reduce((sum, height) => sum + height, 0),
    );
  }
}
