import { createHash } from "node:crypto";
import { pageAssets } from "../../console/assets.ts";

/**
 * Returns the version mark of the console's page: a hash of its bundled files. Comments and names of variables do not
 * change it.
 *
 * @example const isCurrent = pictures.page === (await pageMark());
 */
export async function pageMark(): Promise<string> {
  const hash = createHash("sha256");
  for (const [path, { body }] of [...(await pageAssets())].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\n${body}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}
