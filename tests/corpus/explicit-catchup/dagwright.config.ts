import { defineConfig } from "dagwright";

export default defineConfig({
  lint: { rules: { "explicit-catchup": "warning", "catchup-storm": ["warning", { max: 100_000 }] } },
});
