import { readFileSync } from "node:fs";
import type { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { RunnerRecord } from "../../lib/workflow/runner-record.ts";

export type Properties = Readonly<Record<string, unknown>>;

export interface Statement {
  readonly actions: readonly string[];
  readonly resource: unknown;
  readonly condition: unknown;
}

/** The app of infra/app.ts with the context that cdk.json gives it; synthesis takes seconds: once a file. */
export async function theApp(): Promise<{ readonly app: App; readonly template: Template }> {
  const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: object };
  process.env["CDK_CONTEXT_JSON"] = JSON.stringify(context);
  const { app } = await import("../../infra/app.ts");
  return { app, template: Template.fromStack(app.node.findChild("Pegbox") as Stack) };
}

/** Resources of a type: properties by logical id. */
export function resources(template: Template, type: string): ReadonlyMap<string, Properties> {
  const found = template.findResources(type) as Record<string, { Properties: Properties }>;
  return new Map(Object.entries(found).map(([id, { Properties }]) => [id, Properties]));
}

/** What policies grant, by the logical id of the role. */
export function grants(template: Template): ReadonlyMap<string, readonly Statement[]> {
  return new Map(
    [...resources(template, "AWS::IAM::Policy").values()].map((policy) => {
      const { Roles, PolicyDocument } = policy as {
        Roles: readonly { readonly Ref: string }[];
        PolicyDocument: { readonly Statement: readonly Properties[] };
      };
      const statements = PolicyDocument.Statement.map((each) => ({
        actions: [each["Action"]].flat() as string[],
        resource: each["Resource"],
        condition: each["Condition"],
      }));
      return [Roles[0]?.Ref ?? "", statements];
    }),
  );
}

/** Properties of the one resource of a type. */
export function only(template: Template, type: string): Properties {
  const found = [...resources(template, type).values()];
  if (found.length !== 1) throw new Error(`expected one ${type}, there are ${found.length}`);
  return found[0] ?? {};
}

/** Properties of the resource of a type whose logical id begins so. */
export function like(template: Template, type: string, start: string): Properties {
  return [...resources(template, type)].find(([id]) => id.startsWith(start))?.[1] ?? {};
}

export function rolesLike(template: Template, start: string): readonly Statement[] {
  return [...grants(template)].filter(([role]) => role.startsWith(start)).flatMap(([, statements]) => statements);
}

/** Resources on which roles whose logical ids begin so may do something, as readable text. */
export function granted(template: Template, role: string, action: string): string[] {
  return rolesLike(template, role)
    .filter(({ actions }) => actions.includes(action))
    .flatMap(({ resource }) => [resource].flat().map(flat));
}

/** The runners that the handlers know. */
export function registry(template: Template): Record<string, RunnerRecord> {
  const { Variables } = like(template, "AWS::Lambda::Function", "NextTrial")["Environment"] as {
    Variables: Record<string, unknown>;
  };
  return JSON.parse(flat(Variables["PEGBOX_RUNNERS"])) as Record<string, RunnerRecord>;
}

/** `Fn::Join` and references as readable text, logical ids without the hash at their end. */
export function flat(value: unknown): string {
  if (typeof value === "string") return value;
  const [kind = "", given] = Object.entries(value as object)[0] ?? [];
  if (kind === "Fn::Join") return (given as [string, unknown[]])[1].map(flat).join((given as [string])[0]);
  return `<${[given]
    .flat()
    .join(".")
    .replace(/[0-9A-F]{8}(?=\.|$)/, "")}>`;
}
