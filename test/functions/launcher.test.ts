import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { workflowLauncher } from "../../functions/shared/launcher.ts";

const MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:Pegbox-tuning";
const EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:Pegbox-tuning:digits-1-g1";
const input = { studyId: "digits-1", generation: 1 };
const sfn = mockClient(SFNClient);

beforeEach(() => {
  sfn.reset();
  vi.stubEnv("PEGBOX_STATE_MACHINE", MACHINE);
});
afterEach(() => vi.unstubAllEnvs());

describe("the launcher", () => {
  it("starts an execution of the machine under the name, and says its ARN", async () => {
    sfn.on(StartExecutionCommand).resolves({ executionArn: EXECUTION });
    expect(await workflowLauncher().start("digits-1-g1", input)).toBe(EXECUTION);
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: MACHINE,
      name: "digits-1-g1",
      input: JSON.stringify(input),
    });
  });

  it("says the ARN of the one that has the name already", async () => {
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: "", $metadata: {} }));
    expect(await workflowLauncher().start("digits-1-g1", input)).toBe(EXECUTION);
  });

  it("stops the execution of a name; one that there is not needs none", async () => {
    sfn
      .on(StopExecutionCommand)
      .resolvesOnce({})
      .rejects(new ExecutionDoesNotExist({ message: "", $metadata: {} }));
    await workflowLauncher().stop?.("digits-1-g1");
    await workflowLauncher().stop?.("digits-1-g1");
    expect(sfn.commandCalls(StopExecutionCommand)[0]?.args[0].input).toMatchObject({ executionArn: EXECUTION });
  });

  it("lets every other error through", async () => {
    sfn.on(StartExecutionCommand).rejects(new Error("ThrottlingException"));
    await expect(workflowLauncher().start("digits-1-g1", input)).rejects.toThrow("ThrottlingException");
  });

  it("cannot be made where the stack has not said which machine", () => {
    vi.stubEnv("PEGBOX_STATE_MACHINE", "");
    expect(() => workflowLauncher()).toThrow("expected the variable PEGBOX_STATE_MACHINE");
  });
});
