// The project's configuration, as `dagwright.config.ts` exports it by default.

export interface Config {
  /** Airflow versions that the generated Python must run on, e.g. `["3.0", "3.3"]`. Default: every version from 3.0 on. */
  readonly airflow?: readonly string[];
}

/** Types the configuration in the editor; returns it unchanged. */
export function defineConfig(config: Config): Config {
  return config;
}
