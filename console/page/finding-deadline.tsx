import { acceptedPatches } from "../../presentation/findings/due-view.ts";
import type { Deadline, FindingView } from "../api.ts";
import { lastDay } from "../../presentation/times/times.ts";
import { Part } from "./finding-part.tsx";
import { Day, ZonedText } from "./time.tsx";

/** Shows the due date of a finding, and what set it. */
export function DueFact({ deadline, reason }: { readonly deadline: Deadline; readonly reason: string | undefined }) {
  const { state = "", words, date } = deadline;
  return (
    <>
      <span class={`due ${state}`}>{words}</span>
      {date !== undefined && (
        <>
          {" "}
          (<Day iso={date} />)
        </>
      )}
      {reason !== undefined && (
        <small>
          <ZonedText text={reason} />
        </small>
      )}
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
