/** Where the page is: in the fragment of its address, so that views can be linked to and the way back works. */
import { useEffect, useState } from "preact/hooks";

export const VIEWS = ["flow", "findings", "executions", "fleet"] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  readonly view: View;
  /** What of the view is open: the key of a finding, the name of an execution. */
  readonly open?: string;
  readonly params: URLSearchParams;
}

function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [name, open = ""] = path.split("/", 2);
  return {
    view: VIEWS.find((view) => view === name) ?? "flow",
    ...(open !== "" && { open: decoded(open) }),
    params: new URLSearchParams(query),
  };
}

/** An address may be cut or written by hand: what cannot be decoded names nothing, as it stands. */
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

export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(routeOf(location.hash));
    addEventListener("hashchange", follow);
    // The address may have changed between the first picture and now.
    follow();
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

export function go(route: Parameters<typeof hrefOf>[0]): void {
  location.hash = hrefOf(route);
}

/** Goes there without a step of its own on the way back: for what changes with each key. */
export function goOn(route: Parameters<typeof hrefOf>[0]): void {
  location.replace(hrefOf(route));
}

/** A click anywhere in a row opens it; one that opens another tab, or ends a selection of text, does not. */
export function isPlainClick({ ctrlKey, metaKey, shiftKey }: MouseEvent): boolean {
  return !ctrlKey && !metaKey && !shiftKey && getSelection()?.isCollapsed !== false;
}

/** The parameters with one of them changed or, where the value is empty, left out; the page number begins anew. */
export function withParam(params: URLSearchParams, name: string, value: string): URLSearchParams {
  const changed = new URLSearchParams(params);
  if (name !== "page") changed.delete("page");
  if (value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}
