import type { Live } from "./http.ts";
import type { Route } from "./route.ts";

/** The properties that every view receives. */
export interface ViewProps {
  readonly live: Live;
  readonly route: Route;
}
