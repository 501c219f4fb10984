import { useEffect, useRef } from "preact/hooks";
import type { ComponentType } from "preact";
import type { About, View } from "../api.ts";
import { ClockProvider, useSourceTime, useZone } from "./clock.ts";
import { ExecutionsView } from "./executions-view.tsx";
import { FindingsView } from "./findings-view.tsx";
import { FleetView } from "./fleet-view.tsx";
import { FlowView } from "./flow-view.tsx";
import { CvesView, PatchesView } from "./lacked-views.tsx";
import { Header } from "./header.tsx";
import { useLive } from "./http.ts";
import { NoPage } from "./no-page.tsx";
import { Notice } from "./notice.tsx";
import { OverviewView } from "./overview-view.tsx";
import { QueueView } from "./queue-view.tsx";
import { useRoute } from "./route.ts";
import { VIEW_NAMES } from "./view-names.ts";
import type { ViewProps } from "./view-props.ts";

const VIEW_OF: Readonly<Record<View, ComponentType<ViewProps>>> = {
  overview: OverviewView,
  flow: FlowView,
  findings: FindingsView,
  patches: PatchesView,
  cves: CvesView,
  executions: ExecutionsView,
  fleet: FleetView,
  queues: QueueView,
};

export function App() {
  const live = useLive();
  const { state, connected } = live;
  const route = useRoute();
  const [zone, setZone] = useZone();
  const now = useSourceTime(state, connected);
  const main = useRef<HTMLElement>(null);
  // A source has no data for some pages.
  const view = route !== undefined && state?.about.views.includes(route.view) !== false ? route.view : undefined;
  useTitleAndFocus(view, route?.open, main);
  const Shown = view && VIEW_OF[view];
  return (
    <ClockProvider value={{ now, zone }}>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to content
      </a>
      <Header live={live} view={view} zone={zone} onZone={setZone} />
      <Notice problem={connected ? state?.findings.problem : state && ENDED[state.about.kind]} />
      <main ref={main} id="main" tabIndex={-1} aria-label={titleOf(view)}>
        {Shown !== undefined && route !== undefined ? (
          <Shown live={live} route={route} />
        ) : (
          <NoPage views={state?.about.views ?? []} />
        )}
      </main>
    </ClockProvider>
  );
}

/** What a page says that has lost its server. */
const ENDED: Readonly<Record<About["kind"], string>> = {
  "local run": "The run has ended. This page shows its last state.",
  account: "The console has ended. This page shows its last state.",
};

function titleOf(view: View | undefined): string {
  return view === undefined ? "No page" : VIEW_NAMES[view];
}

/** A new view starts at its top, for screen readers too. */
function useTitleAndFocus(
  view: View | undefined,
  open: string | undefined,
  main: { readonly current: HTMLElement | null },
): void {
  const shown = useRef(view);
  useEffect(() => {
    // Tabs and history entries of the same view differ by what is open.
    document.title = [open, titleOf(view), "Patch Manager Findings"].filter((part) => part !== undefined).join(" - ");
    if (shown.current !== view) main.current?.focus();
    shown.current = view;
  }, [view, open]);
}
