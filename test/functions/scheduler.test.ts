import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from "@aws-sdk/client-scheduler";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sweepScheduler } from "../../functions/shared/scheduler.ts";

const scheduler = mockClient(SchedulerClient);
const nightly = { name: "nightly", schedule: "cron(0 3 * * ? *)" };
const failure = { message: "no such month", $metadata: {} };
const wanted = {
  Name: "nightly",
  GroupName: "Pegbox-sweeps",
  ScheduleExpression: "cron(0 3 * * ? *)",
  ScheduleExpressionTimezone: "UTC",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: {
    Arn: "machine",
    RoleArn: "role",
    Input: '{"sweep":"nightly","scheduledAt":"<aws.scheduler.scheduled-time>"}',
  },
};

beforeEach(() => {
  scheduler.reset();
  vi.stubEnv("PEGBOX_STATE_MACHINE", "machine");
  vi.stubEnv("PEGBOX_SCHEDULE_GROUP", "Pegbox-sweeps");
  vi.stubEnv("PEGBOX_SCHEDULE_ROLE", "role");
});
afterEach(() => vi.unstubAllEnvs());

describe("the scheduler", () => {
  it("makes a schedule that starts the workflow with the sweep and the time that it was due", async () => {
    scheduler.on(CreateScheduleCommand).resolves({});
    await sweepScheduler().put(nightly);
    expect(scheduler.commandCalls(CreateScheduleCommand)[0]?.args[0].input).toEqual(wanted);
    expect(scheduler.commandCalls(UpdateScheduleCommand)).toEqual([]);
  });

  it("replaces the one that is there", async () => {
    scheduler.on(CreateScheduleCommand).rejects(new ConflictException({ ...failure, Message: "there is one" }));
    scheduler.on(UpdateScheduleCommand).resolves({});
    await sweepScheduler().put(nightly);
    expect(scheduler.commandCalls(UpdateScheduleCommand)[0]?.args[0].input).toEqual(wanted);
  });

  it.each([CreateScheduleCommand, UpdateScheduleCommand])(
    "says which expression the service refuses",
    async (refusing) => {
      scheduler.on(CreateScheduleCommand).rejects(new ConflictException({ ...failure, Message: "there is one" }));
      scheduler.on(refusing).rejects(new ValidationException({ ...failure, Message: "no such month" }));
      await expect(sweepScheduler().put(nightly)).rejects.toMatchObject({
        code: "INVALID_INPUT",
        issues: [{ path: "schedule", got: "cron(0 3 * * ? *)" }],
      });
    },
  );

  it("removes a schedule, and is content when there is none", async () => {
    scheduler.on(DeleteScheduleCommand).resolvesOnce({});
    await sweepScheduler().delete("nightly");
    expect(scheduler.commandCalls(DeleteScheduleCommand)[0]?.args[0].input).toEqual({
      Name: "nightly",
      GroupName: "Pegbox-sweeps",
    });
    scheduler.on(DeleteScheduleCommand).rejects(new ResourceNotFoundException({ ...failure, Message: "none" }));
    await sweepScheduler().delete("nightly");
  });

  it("lets every other error through", async () => {
    scheduler.onAnyCommand().rejects(new Error("ThrottlingException"));
    await expect(sweepScheduler().put(nightly)).rejects.toThrow("ThrottlingException");
    await expect(sweepScheduler().delete("nightly")).rejects.toThrow("ThrottlingException");
  });
});
