import { useEffect, useRef } from "preact/hooks";
import type { About, View } from "../api.ts";
import { ExecutionsView } from "./executions-view.tsx";
import { FindingsView } from "./findings-view.tsx";
import { FleetView } from "./fleet-view.tsx";
import { FlowView } from "./flow-view.tsx";
import { useLive, type Live } from "./http.ts";
import { hrefOf, useRoute, VIEWS, type Route } from "./route.ts";

const NAMES: Readonly<Record<View, string>> = {
  flow: "Flow",
  findings: "Findings",
  executions: "Executions",
  fleet: "Fleet",
};

const VIEW_OF = { flow: FlowView, findings: FindingsView, executions: ExecutionsView, fleet: FleetView };

export function App() {
  const live = useLive();
  const route = routeIn(live, useRoute());
  const main = useRef<HTMLElement>(null);
  const shown = useRef(route.view);
  useEffect(() => {
    document.title = `${NAMES[route.view]} - Patch Manager Findings`;
    // A new view starts at its top, for screen readers too.
    if (shown.current !== route.view) main.current?.focus();
    shown.current = route.view;
  }, [route.view]);
  const Shown = VIEW_OF[route.view];
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to content
      </a>
      <Header live={live} view={route.view} />
      <main ref={main} id="main" tabIndex={-1} aria-label={NAMES[route.view]}>
        <Shown live={live} route={route} />
      </main>
    </>
  );
}

/** Returns the route, or the first page if the console has no data for the route's. */
function routeIn({ state }: Live, route: Route): Route {
  const views = state?.about.views ?? VIEWS;
  return views.includes(route.view) ? route : { ...route, view: views[0] ?? route.view };
}

function Header({ live: { state, connected }, view }: { readonly live: Live; readonly view: View }) {
  const plan = state?.about.planOnly === true ? " · plan only, nothing is published" : "";
  const where = state === undefined ? "" : whereOf(state.about) + plan;
  return (
    <header>
      <h1>
        Patch Manager Findings <span class="where">{where}</span>
      </h1>
      <nav aria-label="Views">
        {(state?.about.views ?? VIEWS).map((name) => (
          <a href={hrefOf({ view: name })} aria-current={name === view ? "page" : undefined}>
            {NAMES[name]}
          </a>
        ))}
      </nav>
      <p class={connected ? "connection" : "connection lost"} role="status">
        {connected ? "live" : state === undefined ? "connecting" : "disconnected: the run has ended"}
      </p>
    </header>
  );
}

function whereOf({ kind, account, region, timeScale }: About): string {
  return [account, region, kind === "account" ? "" : `local run, ${timeScale ?? 1}x`].filter(Boolean).join(" · ");
}
