import Table from "cli-table3";
import { colors } from "./colors.ts";

export interface Column {
  readonly head: string;
  /** Numbers stand with their ends below each other. */
  readonly right?: boolean;
  /** Of the cells; longer ones end in `…`. As wide as the widest where it is left out. */
  readonly width?: number;
}

/** Between two columns. */
export const GAP = 2;

/** Columns without a frame: what a terminal table needs and a pipe can still be cut by. */
export function plainTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const bare = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" };
  const none = { "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "" };
  const table = new Table({
    head: columns.map(({ head }) => colors.dim(head)),
    chars: { ...bare, ...none, right: "", "right-mid": "", middle: " ".repeat(GAP) },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: columns.map(({ right }) => (right ? "right" : "left")),
    colWidths: columns.map(({ width }) => width ?? null),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replace(/ +$/gm, "");
}
