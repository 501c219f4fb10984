import { useEffect, useRef } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import { whatHappened } from "../../presentation/findings/remedy-view.ts";
import { openSince, system } from "../../presentation/findings/summary.ts";
import type { FindingChange, FindingDetails as Details, FindingView } from "../api.ts";
import { AcceptedPatches, Deadline } from "./finding-deadline.tsx";
import { ExternalLink, Part, time } from "./finding-part.tsx";
import { Patches } from "./finding-patches.tsx";
import { useFetched } from "./http.ts";
import { go, hrefOf, type Route } from "./route.ts";
import { SeverityBadge } from "./severity.tsx";
import { shortTime } from "./times.ts";
import { useCommand } from "./use-command.ts";

interface FindingDetailsProps {
  readonly findingKey: string;
  readonly route: Route;
  readonly version: unknown;
}

/** Shows one finding. */
export function FindingDetails({ findingKey, route, version }: FindingDetailsProps) {
  const { data, error } = useFetched<Details>(`/api/findings/${findingKey}`, version);
  const place = useRef<HTMLElement>(null);
  const isLoaded = data?.key === findingKey;
  // Only now it has its final height, so the scroll position stays.
  useEffect(() => {
    if (isLoaded) focusAndScroll(place.current);
  }, [findingKey, isLoaded]);
  const table = { view: "findings", params: route.params } as const;
  return (
    <aside
      ref={place}
      class="details"
      tabIndex={-1}
      aria-label="Finding"
      onKeyDown={({ key }) => key === "Escape" && go(table)}
    >
      <a class="close" href={hrefOf(table)}>
        Close
      </a>
      {error !== undefined && <p role="alert">{error}</p>}
      {isLoaded && <Finding details={data} />}
    </aside>
  );
}

/** Moves the focus to the details, and scrolls to them if they are above the table, as on a phone. */
function focusAndScroll(place: HTMLElement | null): void {
  if (place === null) return;
  place.focus({ preventScroll: true });
  const { top } = place.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) place.scrollIntoView();
}

function Finding({ details: { view, ageDays, history, asff } }: { readonly details: Details }) {
  return (
    <>
      <SeverityBadge severity={view.severity} />
      <h2>{view.title}</h2>
      <p class="node">
        {view.nodeId} {view.computerName} <small>{system(view)}</small>
      </p>
      <Part title="What is wrong">
        <p>{view.description}</p>
        {view.readingNotes !== undefined && <p>{view.readingNotes}</p>}
      </Part>
      {view.severityReason !== undefined && (
        <Part title="Why this severity">
          <p>
            {view.severityReason}
            {view.severityDecidedBy !== undefined && ` (decided by ${view.severityDecidedBy})`}
          </p>
        </Part>
      )}
      <Deadline view={view} />
      <Patches view={view} />
      <AcceptedPatches view={view} />
      {view.remediation !== undefined && (
        <Part title="What to do">
          {whatHappened(view).map((text) => (
            <p>{text}</p>
          ))}
          <p>{view.remediation.text}</p>
          {view.remediation.command !== undefined && (
            <pre tabIndex={0} aria-label="Command for the AWS CLI">
              {view.remediation.command}
            </pre>
          )}
          {view.remediation.url !== undefined && (
            <ExternalLink href={view.remediation.url}>AWS documentation</ExternalLink>
          )}
        </Part>
      )}
      <Facts view={view} ageDays={ageDays} />
      <History changes={history} />
      <Asff asff={asff} />
    </>
  );
}

function Facts({ view, ageDays }: { readonly view: FindingView; readonly ageDays: number | undefined }) {
  const { operation = {}, note } = view;
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ["Workflow", `${view.workflowStatus}, ${view.recordState}`],
    ["Owner", view.owner],
    [
      "Open since",
      [time(openSince(view) || undefined), ageDays !== undefined && `(${counted(ageDays, "day")})`]
        .filter(Boolean)
        .join(" ") || undefined,
    ],
    ["Last change", view.change],
    ["Updated", time(view.updatedAt)],
    ["Document", operation.document],
    ["Run id", operation.runId],
    ["Operation", [operation.operation, time(operation.endedAt)].join(" ").trim() || undefined],
    ["Patch baseline", operation.baselineId],
    ["Patch group", view.patchGroup],
    ["Proof", view.proof],
    ["Note", note && [note.text, note.by].join(" - ")],
  ];
  return (
    <Part title="Facts">
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ),
        )}
      </dl>
    </Part>
  );
}

function History({ changes }: { readonly changes: readonly FindingChange[] }) {
  if (changes.length === 0) return null;
  return (
    <Part title="Changes in this run">
      <ol class="history">
        {changes.map(({ time: at, action, reason, execution }) => (
          <li>
            <time dateTime={at}>{shortTime(at)}</time> <b>{action}</b>: {reason}{" "}
            {execution !== undefined && <a href={hrefOf({ view: "executions", open: execution })}>execution</a>}
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Asff({ asff }: { readonly asff: unknown }) {
  const { said, run } = useCommand();
  const text = JSON.stringify(asff, null, 2);
  const copy = (): void =>
    run(() =>
      navigator.clipboard.writeText(text).then(
        () => "Copied.",
        () => "The browser did not allow this. Select the text and copy it.",
      ),
    );
  return (
    <details class="asff">
      <summary>ASFF</summary>
      <button type="button" onClick={copy}>
        Copy
      </button>{" "}
      <output aria-live="polite">{said}</output>
      <pre tabIndex={0} aria-label="The finding in the AWS Security Finding Format">
        {text}
      </pre>
    </details>
  );
}
