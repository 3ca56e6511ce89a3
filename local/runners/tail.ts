/** The last bytes of a stream of any length, in memory bounded by twice their number. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #kept = 0;
  #total = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    this.#total += chunk.length;
    if (this.#kept > 2 * this.#limit) this.#compact();
  }

  /** Whether the stream was longer than what `text` gives. */
  get cut(): boolean {
    return this.#total > this.#limit;
  }

  /** At most the last `limitBytes` bytes as UTF-8; a character that the cut goes through is dropped. */
  text(): string {
    this.#compact();
    const bytes = this.#chunks[0] ?? Buffer.alloc(0);
    let start = 0;
    // 0b10xxxxxx continues a character; UTF-8 has at most three of them in a row.
    while (this.cut && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return bytes.toString("utf8", start);
  }

  #compact(): void {
    const bytes = Buffer.concat(this.#chunks);
    // A copy, so that the long buffer of which it is a part can be freed.
    const kept = bytes.length > this.#limit ? Buffer.from(bytes.subarray(bytes.length - this.#limit)) : bytes;
    this.#chunks = [kept];
    this.#kept = kept.length;
  }
}
