import { counted } from "../../contract/counted.ts";
import { hrefOf, withParam, type Route } from "./route.ts";

interface PagerProps {
  readonly route: Route;
  /** From 0. */
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  /** The noun of a row, in the singular. */
  readonly what: string;
  /** The number of the first page in addresses. */
  readonly first?: 0 | 1;
}

/** Shows the position in a long list, and links to other pages. */
export function Pager({ route, page, pageSize, total, what, first = 0 }: PagerProps) {
  const last = Math.max(0, Math.ceil(total / pageSize) - 1);
  if (total === 0) return null;
  const to = (target: number) =>
    hrefOf({ ...route, params: withParam(route.params, "page", target === 0 ? "" : String(target + first)) });
  return (
    <nav class="pager" aria-label="Pages">
      <span>
        {page * pageSize + 1}–{Math.min(total, (page + 1) * pageSize)} of {counted(total, what)}
      </span>
      {last > 0 && (
        <>
          {page > 0 && <a href={to(0)}>first</a>}
          {page > 0 && <a href={to(page - 1)}>previous</a>}
          <span>
            page {page + 1} of {last + 1}
          </span>
          {page < last && <a href={to(page + 1)}>next</a>}
          {page < last && <a href={to(last)}>last</a>}
        </>
      )}
    </nav>
  );
}
