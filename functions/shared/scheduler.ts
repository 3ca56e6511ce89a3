import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from "@aws-sdk/client-scheduler";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { Scheduler } from "../../lib/tuner/ports.ts";
import type { WorkflowInput } from "../../lib/workflow/messages.ts";
import { environment } from "./environment.ts";

/** EventBridge puts the due time in its place: a delivery that comes twice names the same study. */
const DUE_TIME = "<aws.scheduler.scheduled-time>";

/** Sweeps as EventBridge schedules that start the workflow itself; its Begin state makes the study. */
export function sweepScheduler(): Scheduler {
  const client = new SchedulerClient({});
  const GroupName = environment("PEGBOX_SCHEDULE_GROUP");

  function schedule(name: string, expression: string): CreateScheduleCommandInput {
    const input: WorkflowInput = { sweep: name, scheduledAt: DUE_TIME };
    return {
      Name: name,
      GroupName,
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: "UTC",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: environment("PEGBOX_STATE_MACHINE"),
        RoleArn: environment("PEGBOX_SCHEDULE_ROLE"),
        Input: JSON.stringify(input),
      },
    };
  }

  return {
    async put(sweep) {
      const wanted = schedule(sweep.name, sweep.schedule);
      try {
        await client.send(new CreateScheduleCommand(wanted)).catch((error: unknown) => {
          if (error instanceof ConflictException) return client.send(new UpdateScheduleCommand(wanted));
          throw error;
        });
      } catch (error) {
        throw refused(error, sweep.schedule);
      }
    },

    async delete(name) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: name, GroupName }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}

function refused(error: unknown, expression: string): unknown {
  if (!(error instanceof ValidationException)) return error;
  const issue = { path: "schedule", expected: "an expression that EventBridge Scheduler takes", got: expression };
  return new PegboxError("INVALID_INPUT", error.message, { issues: [issue], cause: error });
}
