import { defineConfig } from "dagwright";

export default defineConfig({ airflow: ["3.0", "3.3"] });
