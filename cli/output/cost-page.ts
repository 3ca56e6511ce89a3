import { dollars } from "../../lib/study/price/money.ts";
import type { CostReport, Share } from "../../lib/tuner/money/cost-report.ts";
import { colors } from "./colors.ts";
import { counted, duration, short } from "./numbers.ts";
import { spreadText } from "./quote-page.ts";
import { plainTable } from "./table.ts";

/** What `pegbox show --cost` prints. */
export function costPage(report: CostReport): string {
  const { usd, capUsd, improvementPercent, usdPerPercent, nextPercent, rest } = report;
  return [
    `${dollars(usd)} spent${capUsd === null ? "" : ` of ${dollars(capUsd)}`}`,
    "",
    ...sharesTable(report),
    "",
    improvementPercent === null
      ? "improvement   none that can be said in per cent"
      : `improvement   ${short(improvementPercent)} %, from the first result to the best`,
    ...(usdPerPercent === null ? [] : [`per per cent  ${dollars(usdPerPercent)}`]),
    `one per cent  ${nextPercent.usd === null ? "cannot be said" : `about ${dollars(nextPercent.usd)}`}`,
    colors.dim(`              ${nextPercent.basis}`),
    ...(rest === null
      ? []
      : [
          `to come       ${counted(rest.trials, "trial")}: ${spreadText(rest.seconds, duration)}, ${spreadText(rest.usd, dollars)}`,
          colors.dim(`              by ${rest.basis}`),
        ]),
  ].join("\n");
}

function sharesTable({ byState, byStrategy, byRunner }: CostReport): readonly string[] {
  const columns = [{ head: "" }, { head: "trials", right: true }, { head: "cost", right: true }];
  const rows = [byState, byStrategy, byRunner]
    .flatMap(Object.entries<Share>)
    .map(([what, { trials, usd }]: [string, Share]) => [what, `${trials}`, dollars(usd)]);
  return rows.length === 0 ? ["no trial yet"] : plainTable(columns, rows).split("\n");
}
