// npm start: installs what is missing, builds, and runs the main job: a real study of a real model on real data, then
// random search beside it with the same trials and seed, and both winners on data that no tuning has seen.
import { execFileSync } from "node:child_process";
import { ensureInstalled, node, root } from "./installed.mjs";

ensureInstalled();
node("scripts/build.mjs");

const pegbox = (...args) => node("bin/pegbox.js", ...args);
const output = (...args) => JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" }));
const newest = (name) => output("bin/pegbox.js", "show", name, "--json");

console.log("A neural network learns handwritten digits. Pegbox looks for the settings that it learns best with.\n");
pegbox("run", "examples/digits/study.yaml");
console.log("\nRandom search beside it: the same trials, the same seed.\n");
pegbox("run", "examples/digits/random.yaml");

const studies = [newest("digits"), newest("digits-random")];
const errors = output("--import", "tsx", "scripts/held-out.ts", JSON.stringify(studies.map(({ best }) => best)));
const percent = (share) => `${(100 * share).toFixed(2)} %`;
console.log("\n                 best validation error    held-out test error, mean of 5 trainings");
studies.forEach(({ strategy, best }, i) => {
  console.log(`${strategy.padEnd(17)}${percent(best.metrics.error).padEnd(25)}${percent(errors[i])}`);
});
console.log(`
Next, a study of your own:

  node bin/pegbox.js init my-study.yaml
  node bin/pegbox.js run my-study.yaml
`);
