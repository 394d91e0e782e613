// The suites that need a whole Airflow: too slow for every `npm test`, so they have a configuration of their own.

import { defineConfig } from "vitest/config";
import common from "../../vitest.config.ts";

export default defineConfig({
  ...common,
  test: {
    ...common.test,
    include: ["tests/airflow-scheduler/**/*.suite.ts"],
    fileParallelism: false,
    hookTimeout: 240_000,
  },
});
