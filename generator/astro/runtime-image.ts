// The images that an Astro project is made of: Astro Runtime for each Airflow, and the Node that its tasks need.
// Sources: https://www.astronomer.io/docs/runtime/runtime-release-notes.md and the tags of Docker's official image `node`.

import type { AirflowVersion } from "../load/check-config.ts";

const runtimeImage = "astrocrpublic.azurecr.io/runtime";

/** The newest patch of each that was known when this was written: `astro dev init` may know a newer one. */
const runtimeTags: Readonly<Record<AirflowVersion, string>> = {
  "3.0": "3.0-10",
  "3.1": "3.1-12",
  "3.2": "3.2-6",
  "3.3": "3.3-8",
};

/** Also the image that the standalone one is made from. */
export const nodeImage = "node:24.20.0-bookworm-slim";

/** @param versions ascending, as the configuration has them. */
export function runtimeImageOf(versions: readonly AirflowVersion[]): string {
  return `${runtimeImage}:${runtimeTags[versions.at(-1)!]}`;
}

/** What puts Node's program into an image whose user is Astro's. */
export const nodeLines = [
  "USER root",
  `COPY --from=${nodeImage} /usr/local/bin/node /usr/local/bin/node`,
  "USER astro",
] as const;
