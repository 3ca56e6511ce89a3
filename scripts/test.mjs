// npm test: installs what is missing, builds, runs every test with coverage. Arguments go to vitest: npm test -- space
import { ensureInstalled, node } from "./installed.mjs";

ensureInstalled();
node("scripts/build.mjs");
const wanted = process.argv.slice(2);
const report = process.env.PEGBOX_TEST_REPORT;
const reporters = report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile=${report}`];
node("node_modules/vitest/vitest.mjs", "run", ...(wanted.length === 0 ? ["--coverage"] : wanted), ...reporters);
