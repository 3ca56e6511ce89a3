import type { States } from "./language.ts";
import { placeholder } from "./placeholder.ts";
import { HANDLER_RETRY, SEND_RETRY } from "./retry.ts";
import { FIRST, RUN } from "./run-trial.ts";
import type { RunnerKind } from "./runner-record.ts";

/** Lambda ends a function after 15 minutes; a task that has not heard by then never will. */
export const HANDLER_SECONDS = 900;

/**
 * What one slot does: claim a trial, run it, tell the result with the next claim, until the answer is `done`; where no
 * proposal is ready, wait and claim again. A claim may be answered with a shift, several short trials that one invocation runs.
 * Its output is whether it got that far. Variables of the scope around are not read, because the children of a
 * distributed Map see none; `slot` is all it knows: study, generation, epoch, number of the slot, quota.
 *
 * @param kinds of runners that trials may have
 * @param prefix makes the names of the states unique, for the machine has two of these
 */
export function slotProcessor(
  prefix: string,
  kinds: readonly RunnerKind[],
): { readonly StartAt: string; readonly States: States } {
  const name = (state: string) => `${prefix}${state}`;
  return {
    StartAt: name("SlotInit"),
    States: {
      [name("SlotInit")]: {
        Type: "Pass",
        Assign: { slot: "{% $states.input %}", seq: 0, waits: 0, told: null },
        Output: {},
        Next: name("NextTrial"),
      },
      [name("NextTrial")]: {
        Type: "Task",
        Comment: "Tells what became of the last trial and claims the next",
        Resource: "arn:aws:states:::lambda:invoke",
        TimeoutSeconds: HANDLER_SECONDS,
        Arguments: {
          FunctionName: placeholder("NextTrialFunction"),
          Payload: {
            studyId: "{% $slot.studyId %}",
            generation: "{% $slot.generation %}",
            epoch: "{% $slot.epoch %}",
            slot: "{% $slot.slot %}",
            seq: "{% $seq %}",
            quota: "{% $slot.quota %}",
            waits: "{% $waits %}",
            shifts: true,
            told: "{% $told %}",
          },
        },
        Assign: { next: "{% $states.result.Payload %}" },
        Output: {},
        Retry: HANDLER_RETRY,
        Catch: [{ ErrorEquals: ["States.ALL"], Output: {}, Next: name("Untold") }],
        Next: name("Route"),
      },
      [name("Route")]: {
        Type: "Choice",
        Choices: [
          ...kinds.flatMap((kind) =>
            Object.entries(FIRST[kind]).map(([answer, first]) => ({
              Condition: `{% $next.kind = '${answer}' %}`,
              Assign: { waits: 0 },
              Next: name(first),
            })),
          ),
          {
            Condition: "{% $next.kind = 'wait' %}",
            Assign: { waits: "{% $waits + 1 %}", told: null },
            Next: name("SlotWait"),
          },
        ],
        Default: name("SlotDone"),
      },
      [name("SlotWait")]: {
        Type: "Wait",
        Comment: "No proposal is ready, and more are under way",
        Seconds: "{% $next.seconds %}",
        Output: {},
        Next: name("NextTrial"),
      },
      ...Object.assign({}, ...kinds.map((kind) => RUN[kind](name))),
      [name("SlotDone")]: { Type: "Succeed", Output: true },
      [name("Untold")]: {
        Type: "Choice",
        Choices: [
          { Condition: "{% $exists($told.trial) or $exists($told.attempts) %}", Output: {}, Next: name("ParkResult") },
        ],
        Default: name("SlotLost"),
      },
      [name("ParkResult")]: {
        Type: "Task",
        Comment:
          "Nobody takes the result, for the store is down most likely: it waits where no function of ours is needed",
        Resource: "arn:aws:states:::sqs:sendMessage",
        TimeoutSeconds: HANDLER_SECONDS,
        Arguments: {
          QueueUrl: placeholder("RecoveryQueue"),
          MessageBody: { studyId: "{% $slot.studyId %}", told: "{% $told %}" },
        },
        Output: {},
        Retry: SEND_RETRY,
        Catch: [{ ErrorEquals: ["States.ALL"], Output: {}, Next: name("SlotLost") }],
        Next: name("SlotLost"),
      },
      [name("SlotLost")]: {
        Type: "Succeed",
        Comment: "The other slots go on; the next plan takes back what this one left running",
        Output: false,
      },
    },
  };
}
