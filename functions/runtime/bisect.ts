import { failureKind } from "./failure.ts";

/**
 * One id that the service does not accept makes it refuse the whole list: halves, until that id stands alone.
 * @param refused gets the error of each id that is refused alone
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
    // Only where the service finds fault with what was asked for: any other failure would fail for each id by itself.
    if (failureKind(error) !== "refused") throw error;
    if (ids.length > 1) {
      const middle = Math.ceil(ids.length / 2);
      const first = await readBisecting(ids.slice(0, middle), read, refused);
      return [...first, ...(await readBisecting(ids.slice(middle), read, refused))];
    }
    // The service knows no such node: it has no data, which is an answer.
    if (!(error instanceof Error && error.name === "InvalidInstanceId")) refused.set(only, error);
    return [];
  }
}
