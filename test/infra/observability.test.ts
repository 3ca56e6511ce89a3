import { App, Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { beforeAll, describe, expect, it } from "vitest";
import { LambdaRunner, PegboxStack } from "../../infra/index.ts";
import { granted, type Properties, resources } from "./synthesize.ts";

/** Synthesis, once for all of them: seconds, but of a processor that others may be using. */
const SLOW = 180_000;

let templates: {
  readonly watched: Template;
  readonly alarmed: Template;
  readonly plain: Template;
  readonly untraced: Template;
};
let plain: PegboxStack;

beforeAll(() => {
  const app = new App();
  const alarmTopic = new Topic(new Stack(app, "Ops"), "Topic");
  const watched = new PegboxStack(app, "Watched", { observability: "full", alarmTopic });
  const alarmed = new PegboxStack(app, "Alarmed", { observability: "alarms" });
  const untraced = new PegboxStack(app, "Untraced", { tracing: false });
  withRunners(untraced);
  plain = new PegboxStack(app, "Plain");
  withRunners(plain);
  templates = {
    watched: Template.fromStack(watched),
    alarmed: Template.fromStack(alarmed),
    plain: Template.fromStack(plain),
    untraced: Template.fromStack(untraced),
  };
}, SLOW);

/** A function of the stack's own, and one that is guarded. */
function withRunners(stack: PegboxStack): void {
  const size = { memoryMb: 512, timeout: Duration.minutes(1) };
  const image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/train:v7";
  stack.addRunner("train", new LambdaRunner(stack, "Train", { ...size, image, guarded: true }));
}

describe("a stack that is watched", () => {
  let alarms: ReadonlyMap<string, Properties>;
  beforeAll(() => {
    alarms = resources(templates.watched, "AWS::CloudWatch::Alarm");
  });

  it("tells the topic of what does not mend itself, and of nothing while nothing runs", () => {
    expect([...alarms.keys()].map((id) => id.replace(/^Alarms|[0-9A-F]{8}$/g, "")).sort()).toEqual([
      "DeadLetters",
      "ExecutionsFailed",
      "ExecutionsThrottled",
      "Fallback",
      "HandlerErrors",
      "HandlerThrottles",
      "PlanSlow",
      "RecoveryWaits",
      "TableThrottled",
    ]);
    for (const alarm of alarms.values()) {
      expect(alarm).toMatchObject({ TreatMissingData: "notBreaching", AlarmActions: [expect.anything()] });
      expect(alarm["AlarmDescription"]).toEqual(expect.any(String));
    }
  });

  it("watches as many metrics as the price that is told of them", () => {
    const watched = ({ Metrics = [{ MetricStat: "its own" }] }: Properties): number =>
      (Metrics as readonly Properties[]).filter(({ MetricStat }) => MetricStat !== undefined).length;
    expect(0.1 * [...alarms.values()].reduce((sum, alarm) => sum + watched(alarm), 0)).toBeCloseTo(2.3);
  });

  it("calls a plan slow at 60 % of its 15 minutes", () => {
    const [, slow] = [...alarms].find(([id]) => id.includes("PlanSlow")) ?? [];
    expect(slow).toMatchObject({ Threshold: 540_000, ExtendedStatistic: "p95", MetricName: "Duration" });
  });

  it("says so when more than a fifth of the trials are searched for without the optimizer for a quarter of an hour", () => {
    const [, fallback] = [...alarms].find(([id]) => id.includes("Fallback")) ?? [];
    expect(fallback).toMatchObject({
      Threshold: 0.2,
      ComparisonOperator: "GreaterThanThreshold",
      EvaluationPeriods: 3,
      TreatMissingData: "notBreaching",
    });
    const { Metrics } = fallback as { Metrics: { Id: string; Expression?: string; MetricStat?: object }[] };
    expect(Metrics[0]).toMatchObject({ Expression: "FILL(part, 0) / whole" });
    const of = (MetricName: string): object => ({
      MetricStat: {
        Metric: { Namespace: "Pegbox", MetricName, Dimensions: [{ Name: "service", Value: "Watched" }] },
        Period: 300,
        Stat: "Sum",
      },
    });
    expect(Object.fromEntries(Metrics.slice(1).map(({ Id, MetricStat }) => [Id, { MetricStat }]))).toEqual({
      part: of("TrialsFallback"),
      whole: of("TrialsStarted"),
    });
  });

  it("has a page with the metrics that the handlers write", () => {
    const [page] = [...resources(templates.watched, "AWS::CloudWatch::Dashboard").values()];
    const body = JSON.stringify(page?.["DashboardBody"]);
    const names = [
      "TrialsStarted",
      "TrialsSucceeded",
      "TrialsInfeasible",
      "TrialsFailed",
      "TrialsStopped",
      "TrialsRequeued",
      "TrialsFallback",
    ];
    for (const name of [...names, "TrialSeconds", "SpendUsd", "PlanMs", "StudiesRecovered"]) {
      expect(body).toContain(`\\"Pegbox\\",\\"${name}\\",\\"service\\",\\"Watched\\"`);
    }
  });
});

describe("a stack", () => {
  it("has alarms without a page where it is told so", () => {
    const alarms = resources(templates.alarmed, "AWS::CloudWatch::Alarm");
    expect(alarms.size).toBe(9);
    for (const alarm of alarms.values()) expect(alarm).not.toHaveProperty("AlarmActions");
    expect(resources(templates.alarmed, "AWS::CloudWatch::Dashboard").size).toBe(0);
  });

  it("has neither by default, and is tagged for what it costs", () => {
    for (const type of ["Alarm", "Dashboard"])
      expect(resources(templates.plain, `AWS::CloudWatch::${type}`).size).toBe(0);
    expect(plain.tags.tagValues()).toEqual({ pegbox: "Plain" });
  });

  it("refuses a topic that nothing would be sent to", () => {
    const app = new App();
    const alarmTopic = new Topic(new Stack(app, "Ops"), "Topic");
    expect(() => new PegboxStack(app, "Watched", { alarmTopic })).toThrow('expected observability "alarms" or "full"');
  });

  it("traces nothing, and asks for no right to, where it is told so", () => {
    expect(JSON.stringify(templates.untraced.toJSON())).not.toContain("xray:");
    for (const each of resources(templates.untraced, "AWS::Lambda::Function").values())
      expect(each).not.toMatchObject({ TracingConfig: { Mode: "Active" } });
    for (const each of resources(templates.untraced, "AWS::StepFunctions::StateMachine").values())
      expect(each).not.toMatchObject({ TracingConfiguration: { Enabled: true } });
  });

  it("traces every function otherwise, those of its runners and their guards too", () => {
    const functions = [...resources(templates.plain, "AWS::Lambda::Function")];
    expect(functions.filter(([id]) => id.startsWith("Train"))).toHaveLength(2);
    for (const [, each] of functions) expect(each).toMatchObject({ TracingConfig: { Mode: "Active" } });
    for (const role of ["TrainRole", "TrainGuardRole"]) {
      expect(granted(templates.plain, role, "xray:PutTraceSegments")).toEqual(["*"]);
    }
  });

  it("hears of all its handlers, those that refill among them", () => {
    const alarms = resources(templates.watched, "AWS::CloudWatch::Alarm");
    const [, errors] = [...alarms].find(([id]) => id.includes("HandlerErrors")) ?? [];
    const [page] = [...resources(templates.watched, "AWS::CloudWatch::Dashboard").values()];
    for (const handler of ["Begin", "NextTrial", "Finalize", "Plan", "Refill", "Api", "Recover"]) {
      expect(JSON.stringify(errors)).toContain(`"Ref":"${handler}Function`);
      expect(JSON.stringify(page)).toContain(`"Ref":"${handler}Function`);
    }
  });
});
