// A file that only this user can read, in a folder of its own, for a tool that takes its password from one.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SecretFile {
  readonly path: string;
  /** As soon as the tool has read it: a process that is killed cleans up nothing. Never throws; may be called again. */
  remove(): Promise<void>;
}

export async function writeSecretFile(name: string, text: string): Promise<SecretFile> {
  // Its mode is 0700.
  const folder = await mkdtemp(join(tmpdir(), "dagwright-"));
  const remove = () => rm(folder, { recursive: true, force: true }).catch(() => {});
  const path = join(folder, name);
  try {
    await writeFile(path, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}
