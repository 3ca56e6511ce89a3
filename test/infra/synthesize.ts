import { readFileSync } from "node:fs";
import type { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";

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
