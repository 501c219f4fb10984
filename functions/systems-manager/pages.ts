/**
 * All items of a paged answer, read to the end.
 *
 * @param fetch gets the token of the next page, undefined for the first
 * @throws whatever a page throws: half a list is no list
 */
export async function allPages<Item>(
  fetch: (token: string | undefined) => Promise<{ items: readonly Item[] | undefined; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await fetch(token);
    // Page by page and item by item: a spread of thousands of items would overflow the stack.
    for (const item of page.items ?? []) all.push(item);
    token = page.next === "" ? undefined : page.next;
    if (token !== undefined && seen.has(token)) throw new Error("the service returned the same page token twice");
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return all;
}
