/** Cuts a line to a width, with `…` where something is lost; colour codes take no room and stay. */
export function cut(line: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what starts a colour
  const parts = line.match(/\u001b\[[0-9;]*m|./gu) ?? [];
  const isColor = (part: string): boolean => part.startsWith("\u001b");
  const letters = parts.filter((part) => !isColor(part)).length;
  if (letters <= width) return line;
  let seen = 0;
  return parts
    .map((part) => {
      if (isColor(part)) return part;
      seen += 1;
      return seen < width ? part : seen === width ? "…" : "";
    })
    .join("");
}
