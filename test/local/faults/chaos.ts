import { type RandomStream, randomStream } from "../../../lib/random/philox.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { Study } from "../../../lib/study/records.ts";
import { FINISHED } from "../../../lib/study/states.ts";
import type { Clock } from "../../../local/asl/frame.ts";
import { Purpose } from "./purposes.ts";
import type { Shape } from "./shape.ts";
import { ID, type World } from "./world.ts";

/** A study whose executions all end unnaturally is started again, as often as this. */
const MOST_GENERATIONS = 60;

/**
 * Starts the study, then lets executions take over that were not needed, and aborts some, at moments of its time; where none is
 * left and the study has not ended, the next begins.
 */
export async function chaos(
  seed: number,
  shape: Shape,
  world: World,
  store: StudyStore,
  clock: Clock,
): Promise<{ readonly takeovers: number; readonly aborts: number }> {
  const stream: RandomStream = randomStream(seed, Purpose.chaos);
  const { trials, parallel } = shape.study;
  const wholeMs = (1000 * 60 * trials) / parallel;
  const find = async (): Promise<Study> => (await store.getStudy(ID)) as Study;
  const done = { takeovers: 0, aborts: 0 };
  const strokes = (["takeovers", "aborts"] as const).flatMap((kind) =>
    Array.from({ length: shape[kind] }, () => stroke(kind, stream.uniform() * wholeMs)),
  );

  async function stroke(kind: "takeovers" | "aborts", afterMs: number): Promise<void> {
    await clock.sleep(afterMs, new AbortController().signal);
    const [oldest] = world.running();
    if (oldest === undefined || FINISHED.has((await find()).status)) return;
    done[kind]++;
    if (kind === "aborts") oldest.abort();
    else world.start((await find()).generation + 1);
  }

  for (let generation = 1; generation <= MOST_GENERATIONS; ) {
    world.start(generation);
    for (let all = world.running(); all.length > 0; all = world.running()) {
      await Promise.all(all.map(({ result }) => result));
    }
    const now = await find();
    if (FINISHED.has(now.status)) break;
    generation = Math.max(generation, now.generation) + 1;
  }
  await Promise.all(strokes);
  return done;
}
