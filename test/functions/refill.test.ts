import { expect, it, vi } from "vitest";
import { Tuner } from "../lib/tuner/support.ts";

const tuner = new Tuner();

// the handler takes its ports from the environment of its function
vi.mock("../../functions/shared/ports.ts", () => ({
  get ports() {
    return tuner.ports;
  },
}));
vi.stubEnv("POWERTOOLS_DEV", "true");
const { handler } = await import("../../functions/refill.ts");

it("says in the log what a refill that failed was for", async () => {
  const log = vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(tuner.ports.store, "getStudy").mockRejectedValue(new Error("the table is down"));
  await expect(handler({ studyId: "digits-1", generation: 2, epoch: 3 })).rejects.toThrow("the table is down");
  expect(JSON.parse(String(log.mock.lastCall?.[0]))).toMatchObject({
    message: "the handler failed",
    studyId: "digits-1",
    generation: 2,
    epoch: 3,
  });
});
