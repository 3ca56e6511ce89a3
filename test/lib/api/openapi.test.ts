import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../../lib/api/openapi.ts";
import { harness, type Json } from "./harness.ts";

type Node = Readonly<Record<string, Json>>;

const document = openApiDocument() as Node;

function references(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, child]) => (key === "$ref" ? [String(child)] : references(child)));
}

function operations(): readonly { readonly path: string; readonly method: string; readonly operation: Node }[] {
  return Object.entries(document.paths as Node).flatMap(([path, methods]) =>
    Object.entries(methods as Node).map(([method, operation]) => ({ path, method, operation })),
  );
}

describe("the OpenAPI document", () => {
  it("is what GET /openapi.json answers", async () => {
    const { status, body } = await harness().ask("GET", "/openapi.json");
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
    expect(body.openapi).toBe("3.1.0");
  });

  it("describes every route and no other", () => {
    const routes = harness()
      .app.routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual([...new Set(routes)].sort());
  });

  it("refers to what it has", () => {
    const found = references(document);
    expect(found.length).toBeGreaterThan(10);
    for (const reference of found) {
      const [root, ...parts] = reference.split("/");
      expect(root).toBe("#");
      expect(
        parts.reduce<Node | undefined>((node, part) => node?.[part], document),
        reference,
      ).toBeDefined();
    }
  });

  it("has an id of its own for each operation, and links to such", () => {
    const ids = operations().map(({ operation }) => operation["operationId"]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations()) {
      for (const response of Object.values(operation["responses"] as Node)) {
        for (const link of Object.values((response.links ?? {}) as Node)) expect(ids).toContain(link.operationId);
      }
    }
  });

  it("declares each parameter of a path, and describes every response", () => {
    for (const { path, operation } of operations()) {
      const declared = (operation["parameters"] ?? [])
        .filter((p: Node) => p["in"] === "path")
        .map((p: Node) => p["name"]);
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const [status, response] of Object.entries(operation["responses"] as Node)) {
        expect(status).toMatch(/^[24]\d\d$/);
        expect(response.description ?? response.$ref).toBeTruthy();
      }
    }
  });

  it("says of a study's body what the study file says, defaults being optional", () => {
    const { StudyFile } = document["components"].schemas;
    expect(StudyFile.required.sort()).toEqual(["metrics", "parameters", "runner"]);
    expect(StudyFile.additionalProperties).toBe(false);
    expect(document["components"].schemas.SweepFile.properties.study).toEqual({
      $ref: "#/components/schemas/StudyFile",
    });
  });
});
