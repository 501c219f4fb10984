/** Rows on one page of a list. */
export const PAGE_SIZE = 50;

/** One page of the rows that match a query. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** All matching rows, sorted. */
  readonly matching: readonly Row[];
  /** Number of all matching rows. */
  readonly total: number;
  /** From 1. A page past the end is the last page. */
  readonly page: number;
  readonly pages: number;
  readonly pageSize: number;
}

/**
 * Returns one page of sorted rows.
 *
 * @param wanted from 1
 * @example listPage(sortedRows, 1).rows; // the first 50
 */
export function listPage<Row>(matching: readonly Row[], wanted: number): ListPage<Row> {
  const pages = Math.max(1, Math.ceil(matching.length / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pages);
  return {
    rows: matching.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
    matching,
    total: matching.length,
    page,
    pages,
    pageSize: PAGE_SIZE,
  };
}
