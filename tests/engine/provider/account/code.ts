/** The code of functions. AWS keeps what was uploaded, whatever happens to the files afterwards. */
import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isArchive, isAsset, objectOf, textOf, type Values } from "../values.ts";

/**
 * Copies the files of an archive to the account folder, each content once.
 *
 * @returns the copies, relative to the folder, by their name in the archive; undefined if this is no archive of files
 */
export function uploadCode(folder: string, archive: Values): Record<string, string> | undefined {
  if (!isArchive(archive)) return undefined;
  const copies = Object.entries(objectOf(archive, "assets")).flatMap(([name, asset]) => {
    const path = isAsset(asset) ? textOf(asset, "path") : "";
    return path === "" || !isAsset(asset) ? [] : [[name, copy(folder, path, textOf(asset, "hash"))] as const];
  });
  return copies.length === 0 ? undefined : Object.fromEntries(copies);
}

function copy(folder: string, path: string, hash: string): string {
  const kept = join("code", hash, basename(path));
  const target = join(folder, kept);
  if (existsSync(target)) return kept;
  mkdirSync(dirname(target), { recursive: true });
  const written = `${target}.${randomUUID()}`;
  copyFileSync(path, written);
  renameSync(written, target);
  return kept;
}
