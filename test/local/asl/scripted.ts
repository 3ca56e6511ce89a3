import { type ExecutionResult, loadStateMachine, type MachineOptions } from "../../../local/asl/machine.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { type Case, definitionOf } from "./machines.ts";

const thrown = (name: string): Error => Object.assign(new Error("boom"), { name });

/** The functions of the machines; `clock` is what `slow` sleeps on. */
export function scripted(clock: VirtualClock): MachineOptions["invoke"] {
  const calls = new Map<string, number>();
  return async (name, payload, signal) => {
    const [kind, argument = ""] = name.split("-");
    const count = (calls.get(name) ?? 0) + 1;
    calls.set(name, count);
    if (kind === "fail") throw thrown(argument);
    if (kind === "flaky" && count <= Number(argument)) throw thrown("Flaky");
    if (kind === "odd" && (payload as { n: number }).n % 2 === 1) throw thrown("Odd");
    if (kind === "slow") await clock.sleep(5_000, signal);
    if (kind === "nothing") return undefined;
    return kind === "flaky" ? "mended" : payload;
  };
}

/** Runs a definition with scripted functions in virtual time. */
export function run(
  definition: object,
  input: unknown = {},
  options: Partial<MachineOptions> = {},
): Promise<ExecutionResult> {
  const clock = new VirtualClock();
  const machine = loadStateMachine(definition, {
    name: "machine",
    clock,
    random: () => 0.5,
    invoke: scripted(clock),
    startExecution: async (name) => ({ executionArn: name }),
    sendMessage: async () => {},
    ...options,
  });
  return clock.run(machine.start({ name: "one", input }).result);
}

export const runCase = (each: Case): Promise<ExecutionResult> => run(definitionOf(each), each.input ?? {});
