import { defineConfig } from "dagwright";

export default defineConfig({ pools: ["warehouse"] });
