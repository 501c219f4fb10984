import { createHash } from "node:crypto";
import { ServiceError } from "../../gateway/stand-in.ts";

/** One page, and the token for the next one if it exists. */
interface Page<Item> {
  readonly items: Item[];
  readonly next: { readonly NextToken?: string };
}

/** The paging members of a request. */
interface PagedRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * Returns one page of a list. A token holds the position in the unfiltered list, so that data which becomes visible
 * between two pages cannot shift the next page.
 *
 * @throws {ServiceError} InvalidNextToken: malformed, or from another request
 */
export function page<Item>(
  operation: string,
  request: PagedRequest,
  all: readonly Item[],
  most: number,
  matches: (item: Item) => boolean = () => true,
): Page<Item> {
  const { MaxResults = most, NextToken, ...about } = request;
  const bound = JSON.stringify([operation, about]);
  const items: Item[] = [];
  let place = NextToken === undefined ? 0 : placeOf(NextToken, bound);
  for (; place < all.length; place += 1) {
    const item = all[place];
    if (item === undefined || !matches(item)) continue;
    if (items.length === MaxResults) return { items, next: { NextToken: tokenFor(place, bound) } };
    items.push(item);
  }
  return { items, next: {} };
}

function tokenFor(place: number, bound: string): string {
  const seal = createHash("sha256").update(`${place} ${bound}`).digest("base64url").slice(0, 22);
  return Buffer.from(`${place} ${seal}`).toString("base64url");
}

function placeOf(token: string, bound: string): number {
  const place = Number.parseInt(Buffer.from(token, "base64url").toString(), 10);
  if (Number.isNaN(place) || tokenFor(place, bound) !== token) {
    throw new ServiceError("InvalidNextToken", "The specified token isn't valid.");
  }
  return place;
}
