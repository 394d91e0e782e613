import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["dagwright-source"] },
  ssr: { resolve: { conditions: ["dagwright-source"] } },
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/global-setup.ts"],
    // Its own default leaves one of two cores idle.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What operators log is of interest only where a test fails.
    silent: "passed-only",
    typecheck: { enabled: false },
  },
});
