import { expect, it } from "vitest";
import { oneAtATime } from "../../../local/serve/one-at-a-time.ts";

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

it("lets who needs it wait for the call that is at it, and the others go on", async () => {
  const { run } = oneAtATime(() => {});
  const { opened, open } = gate();
  const calls: string[] = [];
  const first = run(
    "s",
    async () => {
      calls.push("first");
      await opened;
      calls.push("done");
    },
    true,
  );
  await run("s", async () => void calls.push("needless"), false);
  const second = run("s", async () => void calls.push("waits"), true);
  await run("other", async () => void calls.push("other"), true);
  open();
  await Promise.all([first, second]);
  expect(calls).toEqual(["first", "other", "done"]);
  await run("s", async () => void calls.push("next"), true);
  expect(calls.at(-1)).toBe("next");
});

it("answers before the work that nobody waits for, and tells of its failure elsewhere", async () => {
  const defects: unknown[] = [];
  const { opened, open } = gate();
  const { run } = oneAtATime((error) => {
    defects.push(error);
    open();
  });
  let begun = false;
  await run(
    "s",
    async () => {
      begun = true;
      throw new Error("no");
    },
    false,
  );
  expect(begun).toBe(false);
  await opened;
  expect(defects).toMatchObject([{ message: "no" }]);
  await expect(run("s", async () => Promise.reject(new Error("yes")), true)).rejects.toThrow("yes");
});
