import type { Catcher, State, StateMachine, States } from "./language.ts";
import { INLINE_SLOTS } from "./limits.ts";
import { placeholder } from "./placeholder.ts";
import { ALREADY_STARTED, HANDLER_RETRY, START_RETRY } from "./retry.ts";
import type { RunnerKind } from "./runner-record.ts";
import { HANDLER_SECONDS, slotProcessor } from "./slot.ts";

/**
 * The workflow of a study:
 *
 *     Begin → Admitted → Plan → Decide → RunSlots | RunSlotsInline → Progress → Plan … → Finalize → Completed
 *
 * with hand-over to a fresh execution before the history is full, and every failure that Retry does not mend leading
 * to a study marked FAILED. `${BeginFunction}`, `${PlanFunction}`, `${NextTrialFunction}` and `${FinalizeFunction}`
 * stand for the functions to invoke, `${RecoveryQueue}` for a queue; whoever runs the machine puts them in.
 *
 * @param kinds of runners that its studies may have: the service asks at creation for the rights of every state, so that only
 *   a stack with a Batch runner has states for jobs. @default lambda alone, which is also what a laptop runs
 */
export function workflowDefinition(kinds: readonly RunnerKind[] = ["lambda"]): StateMachine {
  return {
    Comment: "Pegbox: one study, planned in epochs and run in slots",
    QueryLanguage: "JSONata",
    StartAt: "Begin",
    States: { ...OPENING, ...epoch(kinds), ...CLOSING, ...FAILING },
  };
}

/** The definition as it is deployed, byte for byte. */
export function workflowJson(kinds?: readonly RunnerKind[]): string {
  return JSON.stringify(workflowDefinition(kinds));
}

/** Calls a handler; what fails for good goes on at `otherwise`. */
function handler(functionName: string, payload: object, otherwise: Catcher): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    TimeoutSeconds: HANDLER_SECONDS,
    Arguments: { FunctionName: functionName, Payload: payload },
    Output: "{% $states.result.Payload %}",
    Retry: HANDLER_RETRY,
    Catch: [otherwise],
  };
}

/** What nothing mended goes on at `next`, remembered in `failure`. */
function caught(next: string, Assign: object = { failure: "{% $states.errorOutput %}" }): Catcher {
  return { ErrorEquals: ["States.ALL"], Assign, Output: {}, Next: next };
}

const OPENING = {
  Begin: {
    ...handler(
      placeholder("BeginFunction"),
      { input: "{% $states.input %}", execution: "{% $states.context.Execution.Name %}" },
      caught("StudyNamed"),
    ),
    Assign: {
      studyId: "{% $states.result.Payload.studyId %}",
      generation: "{% $states.result.Payload.generation %}",
      events: 0,
      stalls: 0,
    },
    Next: "Admitted",
  },
  Admitted: {
    Type: "Choice",
    Choices: [{ Condition: "{% $states.input.admitted %}", Output: {}, Next: "Plan" }],
    Default: "Superseded",
  },
  Superseded: { Type: "Succeed", Comment: "Another execution owns the study", Output: {} },
} as const;

/** A Map over the slots of an epoch. True among its results: a slot came to its end. */
function slots(prefix: string, config: object, kinds: readonly RunnerKind[]): State {
  return {
    Type: "Map",
    Items: "{% [0..$plan.slots - 1] %}",
    MaxConcurrency: "{% $plan.slots %}",
    ItemSelector: {
      studyId: "{% $studyId %}",
      generation: "{% $generation %}",
      epoch: "{% $plan.epoch %}",
      slot: "{% $states.context.Map.Item.Value %}",
      quota: "{% $plan.trialsPerSlot %}",
    },
    ItemProcessor: { ProcessorConfig: config, ...slotProcessor(prefix, kinds) },
    Assign: { stalls: "{% true in $states.result ? 0 : $stalls + 1 %}" },
    Output: {},
    Catch: [caught("Backoff", { stalls: "{% $stalls + 1 %}" })],
    Next: "Progress",
  };
}

const onEpoch = (mode: string, next: string) => ({
  Condition: `{% $plan.action = 'run' and $plan.mode = '${mode}' %}`,
  Assign: { events: "{% $plan.events %}" },
  Next: next,
});

const epoch = (kinds: readonly RunnerKind[]): States => ({
  Plan: {
    ...handler(
      placeholder("PlanFunction"),
      {
        studyId: "{% $studyId %}",
        generation: "{% $generation %}",
        events: "{% $events %}",
        stalls: "{% $stalls %}",
      },
      caught("MarkFailed"),
    ),
    Assign: { plan: "{% $states.result.Payload %}" },
    Output: {},
    Next: "Decide",
  },
  Decide: {
    Type: "Choice",
    Choices: [
      onEpoch("inline", "RunSlotsInline"),
      onEpoch("distributed", "RunSlots"),
      { Condition: "{% $plan.action = 'handOver' %}", Next: "HandOver" },
      { Condition: "{% $plan.action = 'finish' %}", Next: "Finalize" },
    ],
    Default: "Halted",
  },
  RunSlotsInline: {
    ...slots("Inline", { Mode: "INLINE" }, kinds),
    Comment: `Up to ${INLINE_SLOTS} slots, in the history of this execution`,
  },
  RunSlots: {
    ...slots("", { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, kinds),
    Comment: "Each slot is an execution of its own; one that dies is made up for by the next epoch",
    ToleratedFailurePercentage: 100,
  },
  Progress: { Type: "Choice", Choices: [{ Condition: "{% $stalls > 0 %}", Next: "Backoff" }], Default: "Plan" },
  Backoff: {
    Type: "Wait",
    Comment: "10 s, 20 s, 40 s … 5 min: after a few stalls in a row Plan gives up",
    Seconds: "{% $min([300, 5 * $power(2, $stalls)]) %}",
    Output: {},
    Next: "Plan",
  },
});

const CLOSING = {
  Finalize: {
    ...handler(
      placeholder("FinalizeFunction"),
      {
        studyId: "{% $studyId %}",
        generation: "{% $generation %}",
        status: "{% $plan.status %}",
        reason: "{% $plan.reason %}",
      },
      caught("MarkFailed"),
    ),
    Next: "Completed",
  },
  Completed: { Type: "Succeed" },
  Halted: { Type: "Succeed", Comment: "Paused, or owned by another execution", Output: {} },
  HandOver: {
    Type: "Task",
    Comment: "Goes on in a fresh execution, before the history of this one is full",
    Resource: "arn:aws:states:::states:startExecution",
    TimeoutSeconds: HANDLER_SECONDS,
    Arguments: {
      StateMachineArn: "{% $states.context.StateMachine.Id %}",
      Name: "{% $studyId & '-g' & ($generation + 1) %}",
      Input: { studyId: "{% $studyId %}", generation: "{% $generation + 1 %}" },
    },
    Output: {},
    Retry: START_RETRY,
    Catch: [{ ErrorEquals: [ALREADY_STARTED], Output: {}, Next: "HandedOver" }, caught("MarkFailed")],
    Next: "HandedOver",
  },
  HandedOver: { Type: "Succeed" },
} as const;

const FAILING = {
  StudyNamed: {
    Type: "Choice",
    Comment: "Begin failed: there is a study to mark only if the input names one",
    Choices: [
      {
        Condition: "{% $exists($states.context.Execution.Input.studyId) %}",
        Assign: {
          studyId: "{% $states.context.Execution.Input.studyId %}",
          generation: "{% $states.context.Execution.Input.generation %}",
        },
        Next: "MarkFailed",
      },
    ],
    Default: "Failed",
  },
  MarkFailed: {
    ...handler(
      placeholder("FinalizeFunction"),
      {
        studyId: "{% $studyId %}",
        generation: "{% $generation %}",
        status: "FAILED",
        reason: { code: "INTERNAL", message: "{% $failure.Error & ': ' & $failure.Cause %}" },
      },
      { ErrorEquals: ["States.ALL"], Output: {}, Next: "Failed" },
    ),
    Next: "Failed",
  },
  Failed: { Type: "Fail", Error: "{% $failure.Error %}", Cause: "{% $failure.Cause & '' %}" },
} as const;
