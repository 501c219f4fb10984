import { useEffect, useRef } from "preact/hooks";
import { ExecutionsView } from "./executions-view.tsx";
import { FindingsView } from "./findings-view.tsx";
import { FleetView } from "./fleet-view.tsx";
import { FlowView } from "./flow-view.tsx";
import { useLive, type Live } from "./http.ts";
import { hrefOf, useRoute, VIEWS, type View } from "./route.ts";

const NAMES: Readonly<Record<View, string>> = {
  flow: "Flow",
  findings: "Findings",
  executions: "Executions",
  fleet: "Fleet",
};

const VIEW_OF = { flow: FlowView, findings: FindingsView, executions: ExecutionsView, fleet: FleetView };

export function App() {
  const live = useLive();
  const route = useRoute();
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

function Header({ live: { flow, connected }, view }: { readonly live: Live; readonly view: View }) {
  const plan = flow?.planOnly === true ? " · plan only, nothing is published" : "";
  const where = flow === undefined ? "" : `${flow.account} · ${flow.region} · local run, ${flow.timeScale}x${plan}`;
  return (
    <header>
      <h1>
        Patch Manager Findings <span class="where">{where}</span>
      </h1>
      <nav aria-label="Views">
        {VIEWS.map((name) => (
          <a href={hrefOf({ view: name })} aria-current={name === view ? "page" : undefined}>
            {NAMES[name]}
          </a>
        ))}
      </nav>
      <p class={connected ? "connection" : "connection lost"} role="status">
        {connected ? "live" : flow === undefined ? "connecting" : "disconnected: the run has ended"}
      </p>
    </header>
  );
}
