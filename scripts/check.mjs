// npm run check: format, lint and import order (biome), types (tsc), dead code and unused packages (knip).
import { ensureInstalled, node } from "./installed.mjs";
import { buildKernels } from "./kernels.mjs";

ensureInstalled();
await buildKernels();
node("node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".");
node("node_modules/typescript/bin/tsc", "-p", ".");
node("node_modules/knip/bin/knip.js", "--treat-config-hints-as-errors");
console.log("format, lint, types and dead code: clean");
