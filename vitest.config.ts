import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Trials of the tests are real processes and the machines are small: a slow start is not a failure.
    testTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["lib/**"],
      reporter: ["text-summary"],
      thresholds: { lines: 90 },
    },
  },
});

export default config;
