import { describe, expect, it } from "vitest";
import { checkpointPath } from "../../../../lib/study/checkpoint.ts";
import type { Study, Trial } from "../../../../lib/study/records.ts";
import type { TunerEvent } from "../../../../lib/tuner/ports.ts";
import { checkpointOf } from "../../../../lib/tuner/slots/checkpoint.ts";

const study = { id: "s" } as Study;
const requeued = { code: "EXIT", message: "exit 1" };
const onRung = { fidelity: 9, rungs: [{ fidelity: 1 }, { fidelity: 3 }] as unknown as Trial["rungs"] };

/** What an attempt is given where these places hold something, where it was looked, and what was told of it. */
async function given(trial: Partial<Trial>, saved: readonly string[] | Error | null) {
  const looks: string[] = [];
  const events: TunerEvent[] = [];
  const holdsCheckpoint = async (place: string): Promise<boolean> => {
    looks.push(place);
    if (saved instanceof Error) throw saved;
    return saved?.includes(place) ?? false;
  };
  const checkpoint = await checkpointOf(
    study,
    { number: 7, fidelity: null, rungs: [], reason: null, ...trial } as unknown as Trial,
    { checkpoints: checkpointPath, observe: (event) => void events.push(event), ...(saved && { holdsCheckpoint }) },
  );
  return { checkpoint, looks, events };
}

describe("the checkpoint of an attempt", () => {
  it("is nothing to go on from at first, and nobody looks", async () => {
    expect(await given({}, ["s/7"])).toEqual({
      checkpoint: { from: null, to: "s/7" },
      looks: [],
      events: [],
    });
  });

  it("is where it saves, once an earlier attempt has saved there", async () => {
    expect((await given({ reason: requeued }, ["s/7"])).checkpoint).toEqual({
      from: "s/7",
      to: "s/7",
    });
    expect((await given({ reason: requeued }, [])).checkpoint).toEqual({ from: null, to: "s/7" });
    const again = await given({ ...onRung, reason: requeued }, ["s/7/1", "s/7/3", "s/7/9"]);
    expect(again).toMatchObject({ checkpoint: { from: "s/7/9", to: "s/7/9" }, looks: ["s/7/9"] });
  });

  it("is that of the rung below on the next, and again while nothing was saved on this one", async () => {
    const first = await given(onRung, ["s/7/1", "s/7/3"]);
    expect(first).toMatchObject({ checkpoint: { from: "s/7/3", to: "s/7/9" }, looks: ["s/7/3"] });
    const again = await given({ ...onRung, reason: requeued }, ["s/7/1", "s/7/3"]);
    expect(again).toMatchObject({ checkpoint: { from: "s/7/3", to: "s/7/9" }, looks: ["s/7/9", "s/7/3"] });
    expect((await given(onRung, [])).checkpoint).toEqual({ from: null, to: "s/7/9" });
  });

  it("is that of the rung below where nobody can look, or a look fails, which is told and fails nothing", async () => {
    expect(await given({ ...onRung, reason: requeued }, null)).toMatchObject({
      ...{ checkpoint: { from: "s/7/3", to: "s/7/9" }, events: [] },
    });
    const why = "Error: no S3";
    expect(await given({ ...onRung, reason: requeued }, new Error("no S3"))).toEqual({
      ...{ checkpoint: { from: "s/7/3", to: "s/7/9" }, looks: ["s/7/9"] },
      events: [{ type: "checkpointUnseen", study: "s", number: 7, why }],
    });
    expect((await given({ reason: requeued }, new Error("no S3"))).checkpoint).toEqual({ from: null, to: "s/7" });
  });

  it("is one place of each trial, or of each of its rungs", () => {
    const places = [null, 1, 27].map((fidelity) => checkpointPath("s", 12, fidelity));
    expect(places).toEqual(["s/12", "s/12/1", "s/12/27"]);
  });
});
