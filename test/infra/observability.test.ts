import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { beforeAll, describe, expect, it } from "vitest";
import { PegboxStack, type PegboxStackProps } from "../../infra/index.ts";
import { type Properties, resources, theApp } from "./synthesize.ts";

/** Synthesis: seconds, but of a processor that others may be using. */
const SLOW = 180_000;

const synthesized = (props: PegboxStackProps): Template =>
  Template.fromStack(new PegboxStack(new App(), "Watched", props));

describe("a stack that is watched", () => {
  let template: Template;
  let alarms: ReadonlyMap<string, Properties>;
  beforeAll(() => {
    const app = new App();
    const alarmTopic = new Topic(new Stack(app, "Ops"), "Topic");
    template = Template.fromStack(new PegboxStack(app, "Watched", { observability: "full", alarmTopic }));
    alarms = resources(template, "AWS::CloudWatch::Alarm");
  }, SLOW);

  it("tells the topic of what does not mend itself, and of nothing while nothing runs", () => {
    expect([...alarms.keys()].map((id) => id.replace(/^Alarms|[0-9A-F]{8}$/g, "")).sort()).toEqual([
      "DeadLetters",
      "ExecutionsFailed",
      "ExecutionsThrottled",
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
    expect(0.1 * [...alarms.values()].reduce((sum, alarm) => sum + watched(alarm), 0)).toBeCloseTo(1.9);
  });

  it("calls a plan slow at 60 % of its 15 minutes", () => {
    const [, slow] = [...alarms].find(([id]) => id.includes("PlanSlow")) ?? [];
    expect(slow).toMatchObject({ Threshold: 540_000, ExtendedStatistic: "p95", MetricName: "Duration" });
  });

  it("has a page with the metrics that the handlers write", () => {
    const [page] = [...resources(template, "AWS::CloudWatch::Dashboard").values()];
    const body = JSON.stringify(page?.["DashboardBody"]);
    const names = [
      "TrialsStarted",
      "TrialsSucceeded",
      "TrialsInfeasible",
      "TrialsFailed",
      "TrialsStopped",
      "TrialsRequeued",
    ];
    for (const name of [...names, "TrialSeconds", "SpendUsd", "PlanMs", "StudiesRecovered"]) {
      expect(body).toContain(`\\"Pegbox\\",\\"${name}\\",\\"service\\",\\"Watched\\"`);
    }
  });
});

describe("a stack", () => {
  it(
    "has alarms without a page where it is told so",
    () => {
      const template = synthesized({ observability: "alarms" });
      expect(resources(template, "AWS::CloudWatch::Alarm").size).toBe(8);
      for (const alarm of resources(template, "AWS::CloudWatch::Alarm").values())
        expect(alarm).not.toHaveProperty("AlarmActions");
      expect(resources(template, "AWS::CloudWatch::Dashboard").size).toBe(0);
    },
    SLOW,
  );

  it(
    "has neither by default, and is tagged for what it costs",
    async () => {
      const { app, template } = await theApp();
      for (const type of ["Alarm", "Dashboard"]) expect(resources(template, `AWS::CloudWatch::${type}`).size).toBe(0);
      expect((app.node.findChild("Pegbox") as Stack).tags.tagValues()).toEqual({ pegbox: "Pegbox" });
    },
    SLOW,
  );

  it("refuses a topic that nothing would be sent to", () => {
    const app = new App();
    const alarmTopic = new Topic(new Stack(app, "Ops"), "Topic");
    expect(() => new PegboxStack(app, "Watched", { alarmTopic })).toThrow('expected observability "alarms" or "full"');
  });

  it(
    "traces nothing, and asks for no right to, where it is told so",
    () => {
      const template = synthesized({ tracing: false });
      expect(JSON.stringify(template.toJSON())).not.toContain("xray:");
      for (const each of resources(template, "AWS::Lambda::Function").values())
        expect(each).not.toMatchObject({ TracingConfig: { Mode: "Active" } });
      for (const each of resources(template, "AWS::StepFunctions::StateMachine").values()) {
        expect(each).not.toMatchObject({ TracingConfiguration: { Enabled: true } });
      }
    },
    SLOW,
  );
});
