// npm run bench: builds, then runs every benchmark, or those named: npm run bench -- throughput
import { ensureInstalled, node } from "./installed.mjs";

const BENCHMARKS = ["throughput"];

ensureInstalled();
node("scripts/build.mjs");
const wanted = process.argv.slice(2);
for (const name of BENCHMARKS.filter((one) => wanted.length === 0 || wanted.includes(one))) {
  console.log(`── ${name}`);
  node("--import", "tsx", `benchmarks/${name}.ts`);
}
