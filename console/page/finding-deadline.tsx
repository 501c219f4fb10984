import type { DueState } from "../../contract/due.ts";
import { acceptedPatches } from "../../presentation/findings/due-view.ts";
import type { FindingView } from "../api.ts";
import { Part, time } from "./finding-part.tsx";

/** Shows how near a due date is, by word and colour. */
export function DueBadge({ due }: { readonly due: DueState }) {
  return <span class={`status ${due}`}>{due}</span>;
}

/** Shows the due date of a finding, and what set it. */
export function Deadline({ view: { due, dueDate, dueReason, overdue, overdueSince } }: { readonly view: FindingView }) {
  if (due === undefined && dueDate === undefined) return null;
  return (
    <Part title="Deadline">
      <p>
        {dueDate !== undefined && `Due ${time(dueDate)} `}
        {due !== undefined && <DueBadge due={due} />}
      </p>
      {overdue && overdueSince !== undefined && <p class="overdue">Overdue since {time(overdueSince)}.</p>}
      {dueReason !== undefined && <p>{dueReason}</p>}
    </Part>
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
        {acceptedUntil !== undefined && ` The first exception ends ${time(acceptedUntil)}.`}
      </p>
      <ul class="accepted">
        {patches.map((patch) => (
          <li>{patch}</li>
        ))}
      </ul>
    </Part>
  );
}
