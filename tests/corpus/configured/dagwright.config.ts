import { defineConfig } from "dagwright";

export default defineConfig({
  lint: {
    rules: { "retries-minimum": ["error", { min: 3 }] },
    overrides: [
      { files: ["dags/adhoc/**"], rules: { "retries-minimum": "off" } },
      { dags: ["adhoc_*"], files: ["dags/adhoc/*.ts"], rules: { "tags-missing": "off" } },
      { dags: ["adhoc_*"], rules: { "retries-minimum": ["warning", { min: 1 }] } },
      { files: ["dags/adhoc/**"], rules: { "retries-minimum": "off" } },
    ],
  },
});
