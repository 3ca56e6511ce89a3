import Table from "cli-table3";
import pc from "picocolors";

/** Columns without a frame: what a terminal table needs and a pipe can still be cut by. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const bare = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" };
  const none = { "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "" };
  const table = new Table({
    head: head.map((text) => pc.dim(text)),
    chars: { ...bare, ...none, right: "", "right-mid": "", middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replace(/ +$/gm, "");
}
