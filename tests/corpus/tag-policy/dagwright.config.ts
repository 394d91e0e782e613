import { defineConfig } from "dagwright";

export default defineConfig({ lint: { rules: { "tag-policy": ["error", { approved: ["sales", "finance"] }] } } });
