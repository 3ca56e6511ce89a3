import { CASES, definitionOf } from "../local/asl/machines.ts";
import { runCase } from "../local/asl/scripted.ts";

/** Prints the machines of the interpreter's tests with what it makes of them; `asl_compare.py` runs them elsewhere. */
async function main(): Promise<void> {
  const lines: object[] = [];
  for (const each of CASES) {
    const { status, output, error } = await runCase(each);
    const definition = JSON.stringify(definitionOf(each));
    lines.push({ name: each.name, definition, input: each.input ?? {}, ours: { status, output, error } });
  }
  console.log(JSON.stringify(lines));
}

void main();
