#!/usr/bin/env node
import { existsSync } from "node:fs";

const built = new URL("../dist/cli/main.js", import.meta.url);
const build = new URL("../scripts/build.mjs", import.meta.url);
// A checkout that was never built; a published package always is.
if (!existsSync(built) && existsSync(build)) await import(build.href);
const { main } = await import(built.href);
await main(process.argv);
