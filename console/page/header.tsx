import type { About, View } from "../api.ts";
import { BusyButton } from "./busy-button.tsx";
import { ZONES, type Zone } from "./clock.ts";
import { GoToBox } from "./go-to-box.tsx";
import { send, type Live } from "./http.ts";
import { hrefOf } from "./route.ts";
import { Time } from "./time.tsx";
import { useCommand } from "./use-command.ts";
import { inNavigation, VIEW_NAMES } from "./view-names.ts";

interface HeaderProps {
  readonly live: Live;
  readonly view: View | undefined;
  readonly zone: Zone;
  readonly onZone: (zone: Zone) => void;
}

/** Shows where the data come from and how old they are, and links to all pages. */
export function Header({ live, view, zone, onZone }: HeaderProps) {
  const about = live.state?.about;
  return (
    <header>
      <h1>
        Patch Manager Findings <span class="where">{about !== undefined && whereOf(about)}</span>
      </h1>
      <nav aria-label="Views">
        {inNavigation(about?.views ?? []).map((name) => (
          <a href={hrefOf({ view: name })} aria-current={name === view ? "page" : undefined}>
            {VIEW_NAMES[name]}
          </a>
        ))}
      </nav>
      <GoToBox />
      <div class="standing">
        <DataAge live={live} />
        <label>
          Times{" "}
          <select value={zone} onChange={(event) => onZone(event.currentTarget.value as Zone)}>
            {ZONES.map((name) => (
              <option value={name}>{name}</option>
            ))}
          </select>
        </label>
        <Connection live={live} />
      </div>
    </header>
  );
}

function Connection({ live: { state, connected } }: { readonly live: Live }) {
  return (
    <p class={connected ? "connection" : "connection lost"} role="status">
      {connected ? "live" : state === undefined ? "connecting" : LOST[state.about.kind]}
    </p>
  );
}

const LOST: Readonly<Record<About["kind"], string>> = {
  "local run": "disconnected: the run has ended",
  account: "disconnected: the console has ended",
};

/** Shows when the findings were read. They are always current if that is not known. */
function DataAge({ live: { state } }: { readonly live: Live }) {
  const { said, busy, run } = useCommand();
  const readAt = state?.findings.readAt;
  return (
    <>
      {readAt !== undefined && (
        <p>
          read <Time iso={readAt} />
        </p>
      )}
      {state?.canRefresh === true && (
        <BusyButton busy={busy} onClick={() => run(() => send("/api/refresh", {}))}>
          Read again
        </BusyButton>
      )}
      <output class={said.startsWith("Failed") ? "" : "hidden"} aria-live="polite">
        {said}
      </output>
    </>
  );
}

function whereOf({ kind, account, region, timeScale, organization, planOnly }: About): string {
  const source = kind === "account" ? "account" : `local run, ${timeScale ?? 1}x`;
  const all = organization ? "all accounts and Regions of the organization" : "";
  const plan = planOnly === true ? "plan only, nothing is published" : "";
  return [account, region, source, all, plan].filter(Boolean).join(" · ");
}
