import { counted, nounFor } from "../../contract/counted.ts";
import type { PatchCheckState, PatchGaps } from "../api.ts";
import { grouped } from "./numbers.ts";
import { hrefOf } from "./route.ts";
import type { Check } from "./use-check.ts";

interface GapsProps {
  readonly gaps: PatchGaps;
  readonly what: "patches" | "CVEs";
  readonly check: Check;
}

/** Says which nodes may also lack a patch, because their findings list only some. */
export function Gaps({ gaps: { words, nodes, moreNodes, check: state }, what, check }: GapsProps) {
  if (words === undefined && (state === undefined || state.total === 0)) return null;
  return (
    <section class="gaps" aria-label="What is not known">
      {words !== undefined && <p>{words}</p>}
      {state !== undefined && <CheckState state={state} what={what} check={check} />}
      {nodes.length > 0 && (
        <details>
          <summary>Nodes that may also lack it</summary>
          <ul class="cves">
            {nodes.map(({ key, nodeId, name }) => (
              <li>
                <a href={hrefOf({ view: "findings", open: key })}>
                  <bdi>{name ?? nodeId}</bdi>
                </a>
              </li>
            ))}
            {moreNodes > 0 && <li>and {grouped(moreNodes)} more</li>}
          </ul>
        </details>
      )}
    </section>
  );
}

interface CheckStateProps extends Pick<GapsProps, "what" | "check"> {
  readonly state: PatchCheckState;
}

function CheckState({ state: { next, running, done, total, unreadable, problem }, what, check }: CheckStateProps) {
  return (
    <>
      <p role="status">
        {total > 0 &&
          (running
            ? `Checking: ${grouped(done)} of ${counted(total, "node")}.`
            : `${grouped(done)} of ${counted(total, "node")} checked.`)}
        {unreadable > 0 && ` The patches of ${counted(unreadable, "node")} cannot be read with these credentials.`}
      </p>
      {(problem ?? check.error) !== undefined && (
        <p role="alert">
          <bdi>{problem ?? check.error}</bdi>
        </p>
      )}
      {next > 0 && !running && (
        <button type="button" onClick={check.start}>
          Check the {counted(next, "node")} whose {nounFor(next, "finding lists", "findings list")} only some {what}
        </button>
      )}
    </>
  );
}
