// Files that only this user can read, in a folder of their own, for a tool that takes its password or key from one. The folder goes with this process,
// also when that is killed and cleans up nothing.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardFolder } from "./tool-guard.ts";

export interface SecretFolder {
  readonly path: string;
  /** Its path. */
  keep(name: string, content: string | Uint8Array): Promise<string>;
  /** Never throws; may be called again. */
  remove(): Promise<void>;
}

export interface SecretFile {
  readonly path: string;
  /** As soon as the tool has read it. Never throws; may be called again. */
  remove(): Promise<void>;
}

export async function createSecretFolder(): Promise<SecretFolder> {
  // Its mode is 0700.
  const path = await mkdtemp(join(tmpdir(), "dagwright-"));
  // Before there is a secret in it.
  const guard = guardFolder(path);
  return {
    path,
    async keep(name, content) {
      const file = join(path, name);
      await writeFile(file, content, { mode: 0o600, flag: "wx" });
      return file;
    },
    async remove() {
      await rm(path, { recursive: true, force: true }).catch(() => {});
      await guard.dismiss();
    },
  };
}

export async function writeSecretFile(name: string, text: string): Promise<SecretFile> {
  const { keep, remove } = await createSecretFolder();
  try {
    return { path: await keep(name, text), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
