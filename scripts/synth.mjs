// npm run synth: writes cdk.out, offline, without Docker or AWS credentials.
import { ensureInstalled, node } from "./installed.mjs";

ensureInstalled();
node("scripts/build.mjs");
node("node_modules/aws-cdk/bin/cdk", "synth", "--quiet", "--no-notices", ...process.argv.slice(2));
