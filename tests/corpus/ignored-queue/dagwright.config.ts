import { defineConfig } from "dagwright";

export default defineConfig({ lint: { rules: { "ignored-queue": "warning" } } });
