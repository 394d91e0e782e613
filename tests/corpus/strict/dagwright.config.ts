import { defineConfig } from "dagwright";

export default defineConfig({ lint: { extends: "strict" } });
