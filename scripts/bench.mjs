// npm run bench: builds, then runs every benchmark with its defaults, or the one named with options of its own:
// npm run bench -- optimize --seeds 3
import { ensureInstalled, node } from "./installed.mjs";

const BENCHMARKS = ["throughput", "latency", "growth", "optimize"];
/** Run only when named: they need files, or minutes. */
const TOOLS = ["compare", "ablation", "scale", "faults", "workers"];

const [wanted, ...options] = process.argv.slice(2);
if (wanted !== undefined && ![...BENCHMARKS, ...TOOLS].includes(wanted)) {
  console.error(`expected one of ${[...BENCHMARKS, ...TOOLS].join(", ")}, got ${wanted}`);
  process.exit(2);
}
ensureInstalled();
node("scripts/build.mjs");
for (const name of wanted === undefined ? BENCHMARKS : [wanted]) {
  console.log(`── ${name}`);
  node("--import", "tsx", `benchmarks/${name}.ts`, ...options);
}
