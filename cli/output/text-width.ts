// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what starts a colour
const PARTS = /\u001b\[[0-9;]*m|./gsu;
/** East Asian wide and full-width forms, and emoji (Unicode Standard Annex #11): two columns of a terminal each. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
/** Accents and joiners stand on the letter before them. */
const NONE = /^[\p{Mn}\p{Me}\p{Cf}]/u;

const isColor = (part: string): boolean => part.startsWith("\u001b");

function partWidth(part: string): number {
  if (isColor(part) || NONE.test(part)) return 0;
  return WIDE.test(part) ? 2 : 1;
}

/** Columns that a line takes on a terminal. */
export function textWidth(line: string): number {
  return (line.match(PARTS) ?? []).reduce((sum, part) => sum + partWidth(part), 0);
}

/** Cuts a line to a width, with `…` where something is lost; colour codes stay. */
export function cut(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  let left = width - 1;
  return (line.match(PARTS) ?? [])
    .map((part) => {
      if (isColor(part)) return part;
      if (left < 0) return "";
      left -= partWidth(part);
      if (left >= 0) return part;
      left = -1;
      return "…";
    })
    .join("");
}
