import { randomStream } from "../../../lib/random/philox.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { Clock } from "../../../local/asl/frame.ts";
import { Purpose } from "./purposes.ts";
import type { Shape } from "./shape.ts";
import { ID, type World } from "./world.ts";

/** What somebody, or something, does to a study that needs it not: seconds of an outage, below those that fail a study. */
const STROKES = ["takeovers", "aborts", "outages"] as const;
const OUTAGE_SECONDS = 120;

export type Strokes = Readonly<Record<(typeof STROKES)[number], number>>;

/**
 * Starts the study and waits for its end. At moments of its time executions take over that were not needed, are aborted, or
 * are not answered.
 *
 * @returns how many of these met an execution that ran.
 */
export async function chaos(
  seed: number,
  shape: Shape,
  world: World,
  store: StudyStore,
  clock: Clock,
): Promise<Strokes> {
  const stream = randomStream(seed, Purpose.chaos);
  const { trials, parallel } = shape.study;
  const wholeMs = (1000 * shape.trialSeconds * trials) / parallel;
  const done = { takeovers: 0, aborts: 0, outages: 0 };
  const strokes = STROKES.flatMap((kind) =>
    Array.from({ length: shape.strokes[kind] }, () => strike(kind, stream.uniform() * wholeMs)),
  );

  async function strike(kind: keyof Strokes, afterMs: number): Promise<void> {
    await clock.sleep(afterMs, new AbortController().signal);
    if (!world.lives()) return;
    done[kind]++;
    if (kind === "aborts") world.abort();
    else if (kind === "outages") world.outage(clock.now() + 1000 * OUTAGE_SECONDS * stream.uniform());
    else world.start(((await store.getStudy(ID))?.generation ?? 0) + 1);
  }

  world.start(1);
  await world.idle();
  await Promise.all(strokes);
  await world.idle();
  return done;
}
