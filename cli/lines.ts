const NEWLINE = 0x0a;

/** The bytes between newlines, without them and without the carriage return of Windows; the last may lack its end. */
export async function* byteLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pieces: Uint8Array[] = [];
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield withoutReturn(Buffer.concat([...pieces, chunk.subarray(start, end)]));
      pieces = [];
      start = end + 1;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
  if (pieces.length > 0) yield withoutReturn(Buffer.concat(pieces));
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}
