/** The route of the page, in the fragment of its URL, so that views can be linked and the back button works. */
import { useEffect, useState } from "preact/hooks";
import { VIEWS, type View } from "../api.ts";

export interface Route {
  readonly view: View;
  /** The open item of the view: key of a finding, name of an execution. */
  readonly open?: string;
  readonly params: URLSearchParams;
}

/** The pages that open one thing of theirs. */
const OPENS: ReadonlySet<View> = new Set(["findings", "patches", "cves", "executions", "queues"]);

/** Returns the route of an address, or undefined if no page has it. */
function routeOf(hash: string): Route | undefined {
  const [path = "", ...rest] = hash.replace(/^#\/?/, "").split("?");
  const query = rest.join("?");
  const [name = "", open = "", ...more] = path.split("/");
  const view = VIEWS.find((known) => known === (name === "" ? "overview" : name));
  if (view === undefined || more.length > 0 || (open !== "" && !OPENS.has(view))) return undefined;
  return {
    view,
    ...(open !== "" && { open: decoded(open) }),
    params: new URLSearchParams(query),
  };
}

/**
 * Decodes a part of the URL. People can edit it, so text that cannot be decoded is returned unchanged and matches
 * nothing.
 */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function hrefOf({ view, open, params }: Omit<Route, "params"> & { readonly params?: URLSearchParams }): string {
  const query = params?.toString() ?? "";
  return `#/${view}${open === undefined ? "" : `/${encodeURIComponent(open)}`}${query === "" ? "" : `?${query}`}`;
}

/** Returns the route of the page, or undefined if the address has none. */
export function useRoute(): Route | undefined {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(routeOf(location.hash));
    addEventListener("hashchange", follow);
    // The URL may have changed between the first render and now.
    follow();
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

export function go(route: Parameters<typeof hrefOf>[0]): void {
  location.hash = hrefOf(route);
}

/**
 * Replaces the route without a history entry, for changes with each key press. The page follows at once: a browser
 * reports a new address later, and a page that renders until then would take back what was typed.
 */
export function replaceRoute(route: Parameters<typeof hrefOf>[0]): void {
  history.replaceState(null, "", hrefOf(route));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** Tells whether a click in a row opens it. A click that opens another tab or ends a text selection does not. */
export function isPlainClick({ ctrlKey, metaKey, shiftKey }: MouseEvent): boolean {
  return !ctrlKey && !metaKey && !shiftKey && getSelection()?.isCollapsed !== false;
}

/** Returns the parameters with one changed, or removed if the value is empty. The page number is reset. */
export function withParam(params: URLSearchParams, name: string, value: string): URLSearchParams {
  const changed = new URLSearchParams(params);
  if (name !== "page") changed.delete("page");
  if (value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}
