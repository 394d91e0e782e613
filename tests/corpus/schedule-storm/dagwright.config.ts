import { defineConfig } from "dagwright";

export default defineConfig({ lint: { rules: { "schedule-storm": ["warning", { max: 2 }] } } });
