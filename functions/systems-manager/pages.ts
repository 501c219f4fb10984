/**
 * Returns the items of all pages that a paginator of the SDK yields.
 *
 * @param itemsOf returns one page's items; undefined counts as an empty page
 * @throws any error of a page, because a partial list must not pass for a complete one
 * @throws {Error} if a page token is repeated: the SDK would read such pages without end
 * @example
 * const nodes = await allItems(paginateDescribeInstanceInformation({ client }, {}), (page) => page.InstanceInformationList);
 */
export async function allItems<Page extends { readonly NextToken?: string | undefined }, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  const tokens = new Set<string>();
  for await (const page of pages) {
    // A spread of thousands of items would overflow the stack.
    for (const item of itemsOf(page) ?? []) items.push(item);
    if (page.NextToken === undefined) continue;
    if (tokens.has(page.NextToken)) throw new Error("the service returned the same page token twice");
    tokens.add(page.NextToken);
  }
  return items;
}
