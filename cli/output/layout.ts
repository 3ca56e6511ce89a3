import type { Parameter } from "../../lib/space/parameter.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { colors } from "./colors.ts";
import { clock, short } from "./numbers.ts";
import type { Shown } from "./progress.ts";
import { type Column, GAP } from "./table.ts";
import { textWidth } from "./text-width.ts";

interface TrialColumn extends Column {
  readonly width: number;
  readonly cell: (shown: Shown, row: Row) => string;
}

interface Row {
  readonly isBest: boolean;
  readonly now: number;
}

/** `-1.23e-10` is the longest that a number of four digits usually takes. */
const NUMBER_WIDTH = 9;
/** `infeasible`, in the place of the first metric. */
const OUTCOME_WIDTH = 10;
/** `1:02:03` */
const TIME_WIDTH = 7;
/** A category may be a sentence, a name long: enough to tell it from the others. */
const WIDEST_TEXT = 20;

/**
 * The columns of the moving table. Widths come from the study alone, not from what is shown, so that nothing jumps.
 */
export class Layout {
  readonly #always: readonly TrialColumn[];
  readonly #parameters: readonly TrialColumn[];

  constructor(spec: StudySpec) {
    const [first = "", ...others] = spec.metrics.map(({ name }) => name);
    this.#always = [
      // a star is a mark that needs no colour
      column(
        "trial",
        Math.max(5, `${spec.trials}`.length + 2),
        ({ trial }, { isBest }) => `${isBest ? "* " : ""}${trial.number}`,
      ),
      column("time", TIME_WIDTH, ({ since, until }, { now }) => colors.dim(clock(((until ?? now) - since) / 1000))),
      column(first, OUTCOME_WIDTH, (shown) => outcome(shown, first)),
      ...(spec.fidelity === undefined
        ? []
        : [column(spec.fidelity.name, `${spec.fidelity.max}`.length, ({ trial }) => short(trial.fidelity))]),
      ...others.map((name) => column(name, NUMBER_WIDTH, (shown) => value(shown, name))),
    ];
    this.#parameters = spec.space.parameters.map(parameterColumn);
  }

  /** Those that a terminal of this width has room for; whole columns are left out, never parts of a number. */
  fit(width: number): readonly TrialColumn[] {
    const fitted: TrialColumn[] = [];
    let left = width + GAP;
    for (const next of [...this.#always, ...this.#parameters]) {
      if (next.width + GAP > left) continue;
      left -= next.width + GAP;
      fitted.push(next);
    }
    return fitted;
  }
}

export function rowOf(shown: Shown, { columns, ...row }: Row & { readonly columns: readonly TrialColumn[] }): string[] {
  return columns.map(({ cell }) => cell(shown, row));
}

function column(head: string, least: number, cell: TrialColumn["cell"], right = true): TrialColumn {
  return { head, width: Math.max(Math.min(head.length, WIDEST_TEXT), least), right, cell };
}

function parameterColumn(parameter: Parameter): TrialColumn {
  const { name } = parameter;
  const isNumber = parameter.type === "float" || parameter.type === "int";
  const texts = "values" in parameter ? parameter.values : [parameter.min, parameter.max];
  const widest = Math.max(...texts.map((text) => textWidth(short(text))));
  const width = parameter.type === "float" ? Math.max(widest, NUMBER_WIDTH) : Math.min(widest, WIDEST_TEXT);
  return column(
    name,
    width,
    ({ trial }) => (trial.parameters[name] === undefined ? colors.dim("·") : short(trial.parameters[name])),
    isNumber,
  );
}

function outcome(shown: Shown, objective: string): string {
  const { state } = shown.trial;
  if (state === "RUNNING" || shown.until === null) return colors.dim("running");
  if (state === "PAUSED") return colors.dim(value(shown, objective));
  if (state !== "SUCCEEDED") return colors.yellow(state.toLowerCase());
  const text = value(shown, objective);
  return shown.trial.feasible === false ? colors.yellow(`!${text}`) : text;
}

function value({ trial }: Shown, name: string): string {
  return trial.state === "SUCCEEDED" || trial.state === "PAUSED" ? short(trial.metrics?.[name]) : "";
}
