import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { studyJsonSchema } from "../lib/study/json-schema.ts";
import { AWS_LIST, UNVERIFIED } from "../lib/study/price/aws-list.ts";
import { parseStudy } from "../lib/study/study-file.ts";

const root = join(import.meta.dirname, "..");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith(".md") && existsSync(join(root, path)),
);
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** Every key of the schema by its path: `metrics[].name`, `parameters.NAME.min`. */
function keysOf(schema: Schema, path = ""): [path: string, schema: Schema][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]): [string, Schema][] => {
    const at = path === "" ? key : `${path}.${key}`;
    return [[at, value], ...keysOf(value, at)];
  });
  const { items, additionalProperties: named } = schema;
  const below = typeof named === "object" ? [...(named.oneOf ?? named.anyOf ?? [])] : [];
  return [
    ...own,
    ...(items === undefined ? [] : keysOf(items, `${path}[]`)),
    ...below.flatMap((kind) => keysOf(kind, `${path}.NAME`)),
  ];
}

describe("docs/study-file.md", () => {
  const rows = new Map(
    [...textOf("docs/study-file.md").matchAll(/^\| `([^`]+)` \| ([^|]+) \| .+ \|$/gm)].map(
      ([, key = "", value = ""]) => [key, value],
    ),
  );
  const keys = new Map(keysOf(studyJsonSchema() as Schema));

  test("has a row for each key of the schema, and none for another", () => {
    expect(keys.size).toBeGreaterThan(40);
    expect([...rows.keys()].sort()).toEqual([...keys.keys()].sort());
  });

  test("gives the defaults of the schema", () => {
    const plain = [...keys].filter(([, { default: value }]) => ["string", "number"].includes(typeof value));
    for (const [key, { default: value }] of plain) {
      expect([key, rows.get(key)]).toEqual([key, value === "" ? "empty" : `\`${value}\``]);
    }
  });
});

describe("docs/how-it-works.md", () => {
  const lines = [...textOf("docs/how-it-works.md").matchAll(/^\*\*\((\d+)\)\*\* .*: `([^`]+)`$/gm)];

  test("counts its equations", () => {
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.map(([, number]) => Number(number))).toEqual(lines.map((_, i) => i + 1));
  });

  test.each(lines.map(([, number = "", file = ""]) => ({ number, file })))(
    "eq. ($number) is named in $file",
    ({ number, file }) => {
      expect(textOf(file)).toMatch(new RegExp(`eq\\. \\(${number}\\) of docs/how-it-works\\.md`, "i"));
    },
  );
});

describe("docs/cost.md", () => {
  const text = textOf("docs/cost.md");

  test("shows every price that Pegbox knows, and marks those that were not verified", () => {
    const { lambda, fargate, transition, dynamodb, ec2, sagemaker } = AWS_LIST;
    const mark = (type: string): string => (UNVERIFIED.has(type) ? `${type} †` : type);
    const expected = [
      ...(["arm64", "x86_64"] as const).map((kind) => [`Lambda, a GB-second, ${kind}`, lambda[kind]]),
      ["Lambda, a request", lambda.request],
      ...(["arm64", "x86_64"] as const).flatMap((kind) => [
        [`Fargate, a vCPU-hour, ${kind}`, fargate[kind].vcpuHour],
        [`Fargate, a GB-hour, ${kind}`, fargate[kind].gbHour],
      ]),
      ["Step Functions, a transition", transition],
      ["DynamoDB, a write unit", dynamodb.write],
      ["DynamoDB, a read unit", dynamodb.read],
      ...Object.entries(ec2).map(([type, usd]) => [`EC2, an hour of ${mark(type)}`, usd]),
      ...Object.entries(sagemaker).map(([type, usd]) => [`SageMaker, an hour of ${mark(type)}`, usd]),
    ];
    const rows = [...text.matchAll(/^\| ([^|\n]+) \| ([0-9.]+) \|$/gm)].map(([, what, usd]) => [what, Number(usd)]);
    expect(rows).toEqual(expected);
    expect(text).toContain(`those of ${AWS_LIST.region}, on demand, of ${AWS_LIST.date}`);
  });
});

const blocks = pages.flatMap((page) =>
  [...textOf(page).matchAll(/^```ya?ml\n(.*?)^```/gms)]
    .map(([, text = ""]) => text)
    .filter((text) => /^version:|^metrics:/m.test(text))
    .map((text, i): [where: string, text: string] => [`${page}, study ${i + 1}`, text]),
);

describe("the studies that the documentation shows", () => {
  test("were found", () => {
    expect(blocks.length).toBeGreaterThan(1);
  });

  test.each(blocks)("%s is valid", (_, text) => {
    expect(parseStudy(parse(text), { runner: "file" }).metrics.length).toBeGreaterThan(0);
  });
});

describe("docs/cli.md", () => {
  test("has a part for each command and names each of its options", async () => {
    const commands = await Promise.all([
      import("../cli/commands/init.ts").then((module) => module.initCommand()),
      import("../cli/commands/validate.ts").then((module) => module.validateCommand()),
      import("../cli/commands/quote.ts").then((module) => module.quoteCommand()),
      import("../cli/commands/run.ts").then((module) => module.runCommand()),
      import("../cli/commands/start.ts").then((module) => module.startCommand()),
      import("../cli/commands/watch.ts").then((module) => module.watchCommand()),
      import("../cli/commands/delete.ts").then((module) => module.deleteCommand()),
      import("../cli/commands/list.ts").then((module) => module.listCommand()),
      import("../cli/commands/show.ts").then((module) => module.showCommand()),
      import("../cli/commands/export.ts").then((module) => module.exportCommand()),
      import("../cli/commands/serve.ts").then((module) => module.serveCommand()),
      import("../cli/commands/optimize.ts").then((module) => module.optimizeCommand()),
    ]);
    const parts = new Map(
      textOf("docs/cli.md")
        .split(/^## /m)
        .map((part): [string, string] => [/^pegbox (\w+)/.exec(part)?.[1] ?? "", part]),
    );
    for (const command of commands) {
      const part = parts.get(command.name()) ?? "";
      expect(part, command.name()).not.toBe("");
      for (const { long } of command.options) expect(part).toContain(long);
    }
  });
});
