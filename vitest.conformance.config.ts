import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Checks against services that are not ours; `scripts/conformance.mjs` starts them and says where they are. */
const config: ViteUserConfig = defineConfig({
  test: { include: ["test/conformance/**/*.conformance.ts"], testTimeout: 120_000, hookTimeout: 60_000 },
});

export default config;
