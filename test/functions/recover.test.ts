import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { success, Tuner } from "../lib/tuner/support.ts";

const MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:Pegbox-tuning";
const sfn = mockClient(SFNClient);
const tuner = { current: new Tuner() };

// the handler takes its ports from the environment of its function
vi.mock("../../functions/shared/ports.ts", () => ({
  get ports() {
    return tuner.current.ports;
  },
}));
vi.stubEnv("PEGBOX_STATE_MACHINE", MACHINE);
vi.stubEnv("POWERTOOLS_DEV", "true");
vi.stubEnv("POWERTOOLS_LOG_LEVEL", "SILENT");
const { handler } = await import("../../functions/recover.ts");

const receive = (...bodies: unknown[]): ReturnType<typeof handler> =>
  handler({ Records: bodies.map((body, i) => ({ messageId: `m${i}`, body: JSON.stringify(body) })) });

/** As the service tells of it, https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const statusChange = (input: unknown, name = "s-g1"): object => ({
  version: "0",
  "detail-type": "Step Functions Execution Status Change",
  source: "aws.states",
  detail: {
    executionArn: `arn:aws:states:eu-west-1:123456789012:execution:Pegbox-tuning:${name}`,
    stateMachineArn: MACHINE,
    name,
    status: "ABORTED",
    input: JSON.stringify(input),
    inputDetails: { included: true },
    output: null,
    error: null,
    cause: null,
  },
});

beforeEach(async () => {
  sfn.reset();
  sfn.on(StartExecutionCommand).resolves({});
  tuner.current = new Tuner();
  await tuner.current.start({ trials: 4, parallel: 2 });
});

describe("the recovery of what went wrong on AWS", () => {
  it("starts the next execution of a study whose execution was cut off", async () => {
    const answer = await receive(statusChange({ studyId: "s", generation: 1 }));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input)).toEqual([
      {
        stateMachineArn: MACHINE,
        name: "s-g2",
        input: JSON.stringify({ studyId: "s", generation: 2, recovery: { times: 1, progress: 0 } }),
      },
    ]);
  });

  it("tells the results that no handler took", async () => {
    await tuner.current.open();
    const { trial, lease } = await tuner.current.claim();
    const parked = { studyId: "s", told: { trial, lease, fidelity: null, result: success(0.5) } };
    expect(await receive(parked, parked)).toEqual({ batchItemFailures: [] });
    expect(await tuner.current.trial(trial)).toMatchObject({ state: "SUCCEEDED", metrics: { error: 0.5 } });
  });

  it("asks for the messages again that failed, and for no others", async () => {
    sfn.on(StartExecutionCommand).rejects(new Error("ThrottlingException"));
    const cutOff = statusChange({ studyId: "s", generation: 1 });
    const gone = { studyId: "gone", told: { trial: 1, lease: "l" } };
    expect(await receive(gone, cutOff)).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
  });

  it("leaves executions alone that were started by hand and name no study", async () => {
    const strangers = [{}, null, "text", { studyId: "s" }].map((input) => statusChange(input));
    expect(await receive(...strangers)).toEqual({ batchItemFailures: [] });
    expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
  });
});
