import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import { whatHappened } from "../../presentation/findings/remedy-view.ts";
import { openSince, system, whatIsWrong } from "../../presentation/findings/summary.ts";
import type {
  FindingDetails as Details,
  FindingRow,
  FindingView,
  NodeWithoutFinding as WithoutFinding,
} from "../api.ts";
import { AwsLinks } from "./aws-links.tsx";
import { AcceptedPatches, DueFact } from "./finding-deadline.tsx";
import { History } from "./finding-history.tsx";
import { ExternalLink, Part } from "./finding-part.tsx";
import { Patches } from "./finding-patches.tsx";
import { useFetched, type Live } from "./http.ts";
import { NodeWithoutFinding } from "./node-without-finding.tsx";
import { go, hrefOf } from "./route.ts";
import { SeverityBadge } from "./severity.tsx";
import { Day, Time, ZonedText } from "./time.tsx";
import { Triage } from "./triage.tsx";
import { useCommand } from "./use-command.ts";
import type { ViewProps } from "./view-props.ts";

interface FindingDetailsProps extends ViewProps {
  /** The key of the finding, or the id of its node. */
  readonly name: string;
  readonly onLoad: (key: string) => void;
}

/** The server's answer to an address that names nothing. */
const NO_FINDING = "no such finding";

/** Shows one finding, or that a node has none. */
export function FindingDetails({ name, live, route, onLoad }: FindingDetailsProps) {
  const version = live.state?.findings.revision;
  const { data, error } = useFetched<Details | WithoutFinding>(`/api/findings/${encodeURIComponent(name)}`, version);
  const place = useRef<HTMLElement>(null);
  const key = data && ("node" in data ? data.node.nodeId : data.key);
  useEffect(() => {
    if (key === undefined) return;
    onLoad(key);
    scrollTo(0, 0);
    place.current?.focus({ preventScroll: true });
  }, [key]);
  const list = { view: "findings", params: route.params } as const;
  return (
    <article
      ref={place}
      class="details"
      tabIndex={-1}
      aria-label="Finding"
      onKeyDown={({ key: pressed }) => pressed === "Escape" && go(list)}
    >
      <a class="back" href={hrefOf(list)}>
        ← {route.params.size > 0 ? "Back to the search" : "All findings"}
      </a>
      {error !== undefined && <p role="alert">{error}</p>}
      {data === undefined && error === undefined && <p class="loading">Loading …</p>}
      {error === NO_FINDING && <p>The finding was removed, or the address names no managed node and no finding.</p>}
      {data !== undefined &&
        ("node" in data ? <NodeWithoutFinding {...data} /> : <Finding details={data} live={live} />)}
    </article>
  );
}

function Finding({ details, live }: { readonly details: Details; readonly live: Live }) {
  const { key, view, history, others, asff } = details;
  const { state } = live;
  const name = view.computerName ?? view.nodeId;
  return (
    <>
      <p class="standing-of-finding">
        {view.recordState === "ARCHIVED" ? (
          <span class="status">closed</span>
        ) : (
          <SeverityBadge severity={view.severity} />
        )}{" "}
        {view.nodeId} <small>{system(view)}</small>
      </p>
      <h2>
        <bdi>{name}</bdi>: {view.kind === "blindSpot" ? "patch status unknown" : whatIsWrong(view)}
      </h2>
      <p class="where">{view.title}</p>
      <OtherFindings others={others} />
      <Explanation view={view} />
      <div class="columns">
        <div>
          <Remedy view={view} />
          <Patches findingKey={key} version={state?.findings.revision} />
          <AcceptedPatches view={view} />
          <Asff asff={asff} />
        </div>
        <div>
          <Facts details={details} />
          {state?.about.can.triage === true && view.recordState !== "ARCHIVED" && (
            <Part title="Triage">
              <Triage keys={[key]} />
            </Part>
          )}
          <History view={view} changes={history} linked={state?.about.views.includes("executions") === true} />
          <Part title="Elsewhere">
            <AwsLinks view={view} isLocal={state?.about.kind !== "account"} />
          </Part>
        </div>
      </div>
    </>
  );
}

function OtherFindings({ others }: { readonly others: readonly FindingRow[] }) {
  if (others.length === 0) return null;
  return (
    <p>
      This node also has:{" "}
      {others.map(({ key, view }, at) => (
        <>
          {at > 0 && ", "}
          <a href={hrefOf({ view: "findings", open: key })}>
            <bdi>{whatIsWrong(view)}</bdi>
          </a>{" "}
          (<SeverityBadge severity={view.severity} />)
        </>
      ))}
    </p>
  );
}

/** Explains a finding that is not about patches, and what could not be read. */
function Explanation({ view: { kind, description, readingNotes } }: { readonly view: FindingView }) {
  const texts = [kind !== "compliance" && description, readingNotes];
  return (
    <>
      {texts.map(
        (text) =>
          typeof text === "string" && (
            <p>
              <ZonedText text={text} />
            </p>
          ),
      )}
    </>
  );
}

function Remedy({ view }: { readonly view: FindingView }) {
  const { remediation } = view;
  const { said, run } = useCommand();
  if (remediation === undefined || view.recordState === "ARCHIVED") return null;
  const { text, command, url } = remediation;
  return (
    <Part title="What to do">
      {whatHappened(view).map((sentence) => (
        <p>
          <ZonedText text={sentence} />
        </p>
      ))}
      <p>{text}</p>
      {command !== undefined && (
        <>
          <pre tabIndex={0} aria-label="Command for the AWS CLI">
            {command}
          </pre>
          <button type="button" onClick={() => run(() => copied(command))}>
            Copy command
          </button>{" "}
          <output aria-live="polite">{said}</output>
        </>
      )}
      {url !== undefined && (
        <p>
          <ExternalLink href={url}>AWS documentation</ExternalLink>
        </p>
      )}
    </Part>
  );
}

function Facts({ details: { view, ageDays, deadline } }: { readonly details: Details }) {
  const { operation = {}, note, severityReason, severityDecidedBy } = view;
  const since = openSince(view);
  const decided = severityDecidedBy === undefined ? "" : ` (decided by ${severityDecidedBy})`;
  const facts: readonly (readonly [name: string, value: ComponentChildren])[] = [
    ["Why this severity", severityReason && `${severityReason}${decided}`],
    ["Due", deadline && <DueFact deadline={deadline} reason={view.dueReason} />],
    ["Open for", ageDays !== undefined && since !== "" && <AgeFact days={ageDays} since={since} />],
    ["Owner", view.owner],
    ["Workflow status", view.workflowStatus],
    ["Note", note && [note.text, note.by].filter(Boolean).join(" - ")],
    ["Last change", view.change],
    ["Patch group", view.patchGroup],
    ["Patch baseline", operation.baselineId],
    ["Last operation", operation.operation],
    ["Ended", operation.endedAt && <Time iso={operation.endedAt} />],
    ["Document", operation.document],
    ["Run id", operation.runId],
    ["Account", [view.account, view.region].join(" · ")],
  ];
  return (
    <Part title="Facts">
      <dl>
        {facts.map(
          ([name, value]) =>
            Boolean(value) && (
              <>
                <dt>{name}</dt>
                <dd>{typeof value === "string" ? <ZonedText text={value} /> : value}</dd>
              </>
            ),
        )}
      </dl>
    </Part>
  );
}

function AgeFact({ days, since }: { readonly days: number; readonly since: string }) {
  return (
    <>
      {counted(days, "day")}, since <Day iso={since} />
    </>
  );
}

function Asff({ asff }: { readonly asff: unknown }) {
  const { said, run } = useCommand();
  const text = JSON.stringify(asff, null, 2);
  const copy = (): void => run(() => copied(text));
  return (
    <details class="asff">
      <summary>JSON (ASFF)</summary>
      <button type="button" onClick={copy}>
        Copy JSON
      </button>{" "}
      <output aria-live="polite">{said}</output>
      <pre tabIndex={0} aria-label="The finding in the AWS Security Finding Format">
        {text}
      </pre>
    </details>
  );
}

function copied(text: string): Promise<string> {
  return navigator.clipboard.writeText(text).then(
    () => "Copied.",
    () => "The browser did not allow this. Select the text and copy it.",
  );
}
