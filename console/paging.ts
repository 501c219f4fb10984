import * as z from "zod";
import { PAGE_SIZE } from "../presentation/search/list-page.ts";
import type { Page } from "./api.ts";

const pageNumber = z.coerce.number().int().min(0).max(1_000_000).catch(0);

/** Returns one page of the rows. A page number past the end returns the last page. */
export function pageOf<Row>(rows: readonly Row[], wanted: string | undefined): Page<Row> {
  const last = Math.max(0, Math.ceil(rows.length / PAGE_SIZE) - 1);
  const page = Math.min(pageNumber.parse(wanted ?? 0), last);
  return {
    rows: rows.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE),
    total: rows.length,
    page,
    pageSize: PAGE_SIZE,
  };
}
