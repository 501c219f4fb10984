import { counted } from "../../contract/counted.ts";
import { hrefOf, withParam, type Route } from "./route.ts";

interface PagerProps {
  readonly route: Route;
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  /** The noun of a row, in the singular. */
  readonly what: string;
}

/** Shows the position in a long list, and links to other pages. */
export function Pager({ route, page, pageSize, total, what }: PagerProps) {
  const last = Math.max(0, Math.ceil(total / pageSize) - 1);
  if (total === 0) return null;
  const to = (target: number) => hrefOf({ view: route.view, params: withParam(route.params, "page", String(target)) });
  return (
    <nav class="pager" aria-label="Pages">
      {page > 0 && <a href={to(page - 1)}>previous</a>}
      <span>
        {page * pageSize + 1}–{Math.min(total, (page + 1) * pageSize)} of {counted(total, what)}
      </span>
      {page < last && <a href={to(page + 1)}>next</a>}
    </nav>
  );
}
