import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Launcher } from "../../lib/tuner/ports.ts";
import { environment } from "./environment.ts";

/** Starts and stops executions of the deployed state machine; a name that was started before is the same execution. */
export function workflowLauncher(): Launcher {
  const client = new SFNClient({});
  const stateMachineArn = environment("PEGBOX_STATE_MACHINE");
  const arnOf = (name: string): string => `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
  return {
    async start(name, input) {
      try {
        const started = await client.send(
          new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
        );
        return started.executionArn ?? null;
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
        return arnOf(name);
      }
    },
    async stop(name) {
      try {
        await client.send(new StopExecutionCommand({ executionArn: arnOf(name), cause: "stopped by request" }));
      } catch (error) {
        if (!(error instanceof ExecutionDoesNotExist)) throw error;
      }
    },
  };
}
