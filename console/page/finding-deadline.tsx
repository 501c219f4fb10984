import { acceptedPatches } from "../../presentation/findings/due-view.ts";
import type { Deadline, FindingView } from "../api.ts";
import { lastDay, timesInUtc } from "../../presentation/times/times.ts";
import { Part } from "./finding-part.tsx";

/** Shows the due date of a finding, and what set it. */
export function DueFact({ deadline, reason }: { readonly deadline: Deadline; readonly reason: string | undefined }) {
  const { state = "", words, date } = deadline;
  return (
    <>
      <span class={`due ${state}`}>{words}</span>
      {date !== undefined && <> ({date.slice(0, 10)})</>}
      {reason !== undefined && <small>{timesInUtc(reason)}</small>}
    </>
  );
}

/** Shows the patches that exceptions accept, each with its end, owner and reason. */
export function AcceptedPatches({ view: { accepted, acceptedUntil, ...view } }: { readonly view: FindingView }) {
  const patches = acceptedPatches(view.acceptedPatches);
  if (accepted === undefined && patches.length === 0) return null;
  return (
    <Part title="Accepted patches">
      <p>
        Exceptions accept {accepted === "all" ? "all" : "some of the"} noncompliant patches.
        {acceptedUntil !== undefined && ` The first exception ends ${lastDay(acceptedUntil)}.`}
      </p>
      <ul class="accepted">
        {patches.map((patch) => (
          <li>
            <bdi>{patch}</bdi>
          </li>
        ))}
      </ul>
    </Part>
  );
}
