import { failureKind } from "./failure.ts";

/**
 * Reads items by their ids. AWS refuses the whole list if it refuses one id, so a refused list is split in two until the
 * refused id is alone. An id that Systems Manager does not know (`InvalidInstanceId`) has no data; that is not an error.
 *
 * @param read reads the items of a list of ids
 * @param refused receives the error of each id that is refused alone
 * @throws any other error of `read`: it would repeat for every id
 * @example
 * const nodes = await readBisecting(nodeIds, (ids) => data.nodes(ids), refused);
 */
export async function readBisecting<Item>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<Item[]>,
  refused: Map<string, unknown>,
): Promise<Item[]> {
  try {
    return ids.length === 0 ? [] : await read(ids);
  } catch (error) {
    const [only = ""] = ids;
    if (failureKind(error) !== "refused") throw error;
    if (ids.length > 1) {
      const middle = Math.ceil(ids.length / 2);
      const first = await readBisecting(ids.slice(0, middle), read, refused);
      return [...first, ...(await readBisecting(ids.slice(middle), read, refused))];
    }
    if (!(error instanceof Error && error.name === "InvalidInstanceId")) refused.set(only, error);
    return [];
  }
}
