import type { StudySpec } from "../../lib/study/spec.ts";
import { Layout } from "./layout.ts";
import { openingLines } from "./opening.ts";
import { picture } from "./picture.ts";
import { Progress } from "./progress.ts";
import type { Reporter } from "./reporter.ts";
import { Screen } from "./screen.ts";

/** Ten pictures a second: as smooth as a terminal gets, and nothing that 500 trials a second would feel. */
const FRAME_MS = 100;

/** A table that moves: the last trials and the running ones, a bar with the time left, the incumbent, the failures. */
export function liveTable(spec: StudySpec): Reporter {
  const { stdout } = process;
  const screen = new Screen(stdout);
  const layout = new Layout(spec);
  let progress: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pausing = false;
  const draw = (): void => {
    if (progress === undefined) return;
    const { columns = 80, rows = 24 } = stdout;
    screen.draw(picture(progress, spec, layout, { columns, rows, now: Date.now(), pausing }));
  };
  return {
    open(opened) {
      stdout.write(`${openingLines(opened).join("\n")}\n\n`);
      progress = new Progress(opened, Date.now());
      timer = setInterval(draw, FRAME_MS);
    },
    event: (event) => progress?.note(event, event.at ?? Date.now()),
    pausing() {
      pausing = true;
      draw();
    },
    close() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      pausing = false;
      draw();
    },
  };
}
