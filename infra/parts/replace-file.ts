import { randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";

/** Replaces a file atomically, because another run may read it at the same time. */
export async function replaceFile(path: string, contents: Uint8Array | string): Promise<void> {
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, contents);
  await rename(written, path);
}
