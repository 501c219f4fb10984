import { openSince } from "../../presentation/findings/summary.ts";
import type { FindingChange, FindingView } from "../api.ts";
import { Part } from "./finding-part.tsx";
import { hrefOf } from "./route.ts";
import { Time, ZonedText } from "./time.tsx";

interface HistoryProps {
  readonly view: FindingView;
  readonly changes: readonly FindingChange[];
  /** Whether there are pages of executions. */
  readonly linked: boolean;
}

/** Shows what happened to a finding, newest first: the changes that are known, and what the finding itself says. */
export function History({ view, changes, linked }: HistoryProps) {
  const isClosed = view.recordState === "ARCHIVED";
  const knowsClosing = changes.some(({ action }) => /^close/.test(action));
  const knowsOpening = changes.some(({ action }) => /^open/.test(action));
  const since = openSince(view);
  return (
    <Part title="History">
      <ol class="history">
        {isClosed && !knowsClosing && (
          <li>
            <Time iso={view.updatedAt} /> <b>closed</b>
          </li>
        )}
        {changes.map((change) => (
          <Step change={change} linked={linked} />
        ))}
        {!isClosed && changes.length === 0 && view.updatedAt !== "" && (
          <li>
            <Time iso={view.updatedAt} /> <b>updated</b>
          </li>
        )}
        {!knowsOpening && since !== "" && (
          <li>
            <Time iso={since} /> <b>opened</b>
          </li>
        )}
      </ol>
      {isClosed && view.proof !== undefined && (
        <p>
          Proof: <ZonedText text={view.proof} />
        </p>
      )}
    </Part>
  );
}

function Step({ change, linked }: { readonly change: FindingChange; readonly linked: boolean }) {
  const { time, action, reason, execution } = change;
  return (
    <li>
      <Time iso={time} />{" "}
      <bdi>
        <b>{action}</b>
      </bdi>
      {reason !== "" && (
        <>
          : <ZonedText text={reason} />
        </>
      )}{" "}
      {linked && execution !== undefined && <a href={hrefOf({ view: "executions", open: execution })}>execution</a>}
    </li>
  );
}
