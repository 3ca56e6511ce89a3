import { Annotations, CfnOutput, Duration, Lazy, RemovalPolicy, Stack, type StackProps, Token } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { TABLE } from "../adapters/dynamodb/table.ts";
import type { RunnerKind, RunnerRecord } from "../lib/workflow/runner-record.ts";
import { Alarms } from "./alarms.ts";
import { dashboard } from "./dashboard.ts";
import { environmentSize, LARGEST_ENVIRONMENT } from "./environment-size.ts";
import { Handler, type HandlerProps } from "./handler.ts";
import { httpApi } from "./http-api.ts";
import { Recovery, recoveryQueue } from "./recovery.ts";
import type { Runner } from "./runners/runner.ts";
import { studyTable } from "./study-table.ts";
import { SweepSchedules } from "./sweep-schedules.ts";
import { TrialFiles } from "./trial-files.ts";
import { TuningWorkflow } from "./tuning-workflow.ts";

export interface PegboxStackProps extends StackProps {
  /**
   * What becomes of the table, and with it of every result, when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * `alarms` ($2.30 a month) tell of what does not mend itself, `full` adds a dashboard ($3 a month beyond three); both less
   * what CloudWatch gives free. Logs, metrics and recovery are there in any case, and billed while studies run.
   *
   * @default "none": nothing more is billed while no study runs
   */
  readonly observability?: "none" | "alarms" | "full";
  /**
   * Where alarms are sent.
   *
   * @default alarms are seen where CloudWatch lists them
   */
  readonly alarmTopic?: ITopic;
  /**
   * Whether X-Ray traces the workflow, its handlers, and the functions that runners are made of.
   *
   * @default true
   */
  readonly tracing?: boolean;
}

/** What the store's methods come down to, by what calls them: a transaction needs the rights of its parts. No path scans. */
const MOVE_TRIALS = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const READ_PAGES = ["dynamodb:BatchGetItem"];
const DELETE_STUDIES = ["dynamodb:DeleteItem"];
const LIST_STUDIES = ["dynamodb:Query"];

/**
 * All of Pegbox on AWS. While no study runs, nothing runs, and nothing is billed but stored bytes, and where the account uses
 * up SQS's free million requests a month, 26 cents for the polling of a queue (`Recovery`).
 */
export class PegboxStack extends Stack {
  /** Where trials keep checkpoints. */
  readonly files: TrialFiles;
  private readonly runners = new Map<string, RunnerRecord>();
  private readonly workflow: TuningWorkflow;
  private readonly handlers: readonly LambdaFunction[];
  private readonly tracing: boolean;

  constructor(scope: Construct, id: string, props: PegboxStackProps = {}) {
    super(scope, id, {
      description: "Pegbox: hyperparameter tuning without a cluster",
      ...props,
      // what everything of it costs, once the account counts costs by this tag
      tags: { pegbox: id, ...props.tags },
    });
    const { observability = "none", alarmTopic: topic, tracing = true } = props;
    this.tellOfPrices();
    if (topic !== undefined && observability === "none") {
      throw new Error('expected observability "alarms" or "full" where an alarmTopic is given, got "none"');
    }
    this.tracing = tracing;
    const table = studyTable(this, props.removalPolicy ?? RemovalPolicy.RETAIN);
    this.files = new TrialFiles(this, "Trials");
    const environment = {
      PEGBOX_TABLE: table.tableName,
      PEGBOX_BUCKET: this.files.bucket.bucketName,
      // uncached: it is measured with each runner that is added
      PEGBOX_RUNNERS: Lazy.uncachedString({ produce: () => this.toJsonString(Object.fromEntries(this.runners)) }),
    };
    const control = (handler: string, shape: Omit<HandlerProps, "name" | "environment" | "tracing">): Handler =>
      new Handler(this, handler, { name: kebab(handler), environment, tracing, ...shape });
    const quick = { memoryMb: 512, timeout: Duration.seconds(29) };
    const begin = control("Begin", quick);
    const nextTrial = control("NextTrial", quick);
    // what a large study has not begun is cancelled
    const finalize = control("Finalize", { ...quick, timeout: Duration.minutes(15) });
    // 1,769 MB is one whole processor; a plan of a large study may take minutes, and 15 is the most there is
    const plan = control("Plan", { memoryMb: 1769, timeout: Duration.minutes(15) });
    const queue = recoveryQueue(this);
    // nobody waits for it: Lambda repeats what fails twice, and keeps what failed for good
    const refill = control("Refill", { memoryMb: 1769, timeout: Duration.minutes(15), failed: queue.deadLetters });
    const api = control("Api", { ...quick, memoryMb: 1024 });
    const recover = control("Recover", { ...quick, timeout: Duration.minutes(1) });
    // the API too: who stops a study gives its trials up
    for (const handler of [begin, nextTrial, finalize, plan, refill, api, recover]) {
      handler.allow(MOVE_TRIALS, table.tableArn);
    }
    for (const handler of [nextTrial, finalize, plan, refill, api, recover]) handler.allow(READ_PAGES, table.tableArn);
    api.allow(DELETE_STUDIES, table.tableArn);
    api.allow(LIST_STUDIES, `${table.tableArn}/index/${TABLE.index.name}`);

    nextTrial.allow(["lambda:InvokeFunction"], refill.function.functionArn);
    nextTrial.function.addEnvironment("PEGBOX_REFILL_FUNCTION", refill.function.functionName);
    this.files.grantLook(nextTrial.function);

    this.workflow = new TuningWorkflow(this, "Workflow", {
      // Lambda in any case: a stack whose runners are functions has the definition that a laptop runs
      kinds: () => [...new Set<RunnerKind>(["lambda", ...[...this.runners.values()].map(({ kind }) => kind)])],
      handlers: {
        BeginFunction: begin.function,
        PlanFunction: plan.function,
        NextTrialFunction: nextTrial.function,
        FinalizeFunction: finalize.function,
      },
      recoveryQueue: queue.queue,
      tracing,
    });
    const { stateMachine } = this.workflow;
    new Recovery(this, "Recovery", { queue, handler: recover, stateMachine });
    const sweeps = new SweepSchedules(this, "Sweeps", stateMachine);
    sweeps.grantManage(api);
    api.allow(["states:StartExecution"], stateMachine.stateMachineArn);
    this.workflow.grantStop(api);
    api.function.addEnvironment("PEGBOX_STATE_MACHINE", stateMachine.stateMachineArn);
    api.function.addEnvironment("PEGBOX_SCHEDULE_GROUP", sweeps.group.scheduleGroupName);
    api.function.addEnvironment("PEGBOX_SCHEDULE_ROLE", sweeps.role.roleArn);

    this.handlers = [begin, nextTrial, finalize, plan, refill, api, recover].map((handler) => handler.function);
    const observed = { stateMachine, table, handlers: this.handlers, plan: plan.function, queue };
    if (observability !== "none") new Alarms(this, "Alarms", { observed, ...(topic === undefined ? {} : { topic }) });
    if (observability === "full") dashboard(this, observed);

    const { apiEndpoint } = httpApi(this, api.function);
    // where trials report what they measure
    nextTrial.function.addEnvironment("PEGBOX_API_URL", apiEndpoint);
    new CfnOutput(this, "ApiUrl", {
      value: apiEndpoint,
      description: "Base URL of the API",
    });
    new CfnOutput(this, "TableName", { value: table.tableName });
  }

  /** Where the Region is known, and the price list is not its own. */
  private tellOfPrices(): void {
    if (Token.isUnresolved(this.region) || this.region === PRICED_REGION) return;
    Annotations.of(this).addWarningV2(
      "pegbox:prices",
      `budget.usd counts the list prices of ${PRICED_REGION}, those of ${this.region} may be higher: ` +
        "`price` in addRunner, or budget.usdPerHour in a study file, says what a runner costs there",
    );
  }

  /**
   * Registers a runner under the id that study files name it by. The workflow may start trials on it; nothing else changes.
   * The registry is a variable of the handlers, of which Lambda takes 4 KB: room for eight Batch runners, or fifteen functions.
   *
   * @throws {Error} for an id that is taken, or that no study file can name; for a bigger runner that is not registered; for a
   *   runner that there is no room for.
   */
  addRunner(id: string, runner: Runner, { bigger, price }: RunnerOptions = {}): void {
    if (!RUNNER_ID.test(id)) throw new Error(`expected a runner id of letters, digits, ., _ and -, got "${id}"`);
    if (this.runners.has(id)) throw new Error(`expected a runner id that is not taken, got "${id}" twice`);
    if (bigger !== undefined && !this.runners.has(bigger)) {
      const known = [...this.runners.keys()].join(", ");
      throw new Error(
        `expected the id of a runner that was added before, as the bigger one, got "${bigger}" (${known})`,
      );
    }
    const { files, tracing } = this;
    const record = runner.register({ id, workflow: this.workflow.stateMachine, files, tracing });
    this.runners.set(id, {
      ...record,
      ...(price === undefined ? {} : { price }),
      ...(bigger === undefined ? {} : { bigger }),
    });
    const size = Math.max(...this.handlers.map(environmentSize));
    if (size > LARGEST_ENVIRONMENT) {
      throw new Error(
        `expected runners that fit into ${LARGEST_ENVIRONMENT} bytes of variables of a function, with "${id}" they are about ` +
          `${size}: add another PegboxStack for some of them`,
      );
    }
  }
}

/** Of the price list in lib/study/price. */
const PRICED_REGION = "us-east-1";

export interface RunnerOptions {
  /**
   * Id of a runner with more memory, of any kind, that was added before: a trial that ran out of memory on this one is tried
   * again there, as often as the study's `retries` says, and stays there.
   *
   * @default it is tried again on this one
   */
  readonly bigger?: string;
  /**
   * What it costs: of a callback, whose machines Pegbox does not know; of an instance that is not listed; where you pay other prices.
   *
   * @default by the list prices of AWS in us-east-1, none for a callback
   */
  readonly price?: NonNullable<RunnerRecord["price"]>;
}

/** What the format of study files takes as an id. */
const RUNNER_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const kebab = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
