import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Launcher } from "../../lib/tuner/ports.ts";
import { environment } from "./environment.ts";

/** Starts executions of the deployed state machine; a name that was started before is the same execution. */
export function workflowLauncher(): Launcher {
  const client = new SFNClient({});
  const stateMachineArn = environment("PEGBOX_STATE_MACHINE");
  return {
    async start(name, input) {
      try {
        const started = await client.send(
          new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
        );
        return started.executionArn ?? null;
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
        return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
      }
    },
  };
}
