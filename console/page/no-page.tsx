import type { View } from "../api.ts";
import { hrefOf } from "./route.ts";
import { inNavigation, VIEW_NAMES } from "./view-names.ts";

/** Says that an address has no page, with links to the pages that there are. */
export function NoPage({ views }: { readonly views: readonly View[] }) {
  return (
    <>
      <h2>There is no page at this address</h2>
      <ul>
        {inNavigation(views).map((view) => (
          <li>
            <a href={hrefOf({ view })}>{VIEW_NAMES[view]}</a>
          </li>
        ))}
      </ul>
    </>
  );
}
