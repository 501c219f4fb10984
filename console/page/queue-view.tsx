import { counted } from "../../contract/counted.ts";
import { QUEUES, type QueueMessage, type QueueMessages, type QueueName } from "../api.ts";
import { BusyButton } from "./busy-button.tsx";
import { send, useFetched } from "./http.ts";
import { hrefOf } from "./route.ts";
import { Time, ZonedText } from "./time.tsx";
import { useCommand } from "./use-command.ts";
import type { ViewProps } from "./view-props.ts";

const TITLES: Readonly<Record<QueueName, string>> = {
  work: "Work queue",
  outage: "Outage queue",
  quarantine: "Quarantine queue",
  sweep: "Sweep queue",
};

const PURPOSES: Readonly<Record<QueueName, string>> = {
  work: "Nodes that wait for an execution.",
  outage: "Nodes that were parked, because a service was unavailable. Redrive retries them automatically.",
  quarantine: "Nodes and messages that could not be read, evaluated or accepted. Fix the reason, then replay them.",
  sweep: "Turns of the sweep.",
};

/** Nodes of a message that are shown before "more". */
const SHOWN_NODES = 5;

/** Shows the messages of one queue, and how to get them out of it. */
export function QueueView({ live: { state }, route }: ViewProps) {
  const name = QUEUES.find((each) => each === route.open);
  const counts = name && state?.program?.queues[name];
  const version = JSON.stringify(counts);
  const { data, error } = useFetched<QueueMessages>(name && `/api/queues/${name}`, version);
  if (name === undefined) {
    return (
      <p class="empty">
        There is no such queue. Choose one: <Links />
      </p>
    );
  }
  return (
    <section aria-label={TITLES[name]} class="queue">
      <h2>{TITLES[name]}</h2>
      <p>{PURPOSES[name]}</p>
      <p class="where">
        Other queues: <Links without={name} />
      </p>
      {state?.about.can.operate === true && <Action name={name} total={data?.total ?? 0} />}
      {error !== undefined && <p role="alert">{error}</p>}
      {data?.note !== undefined && <p class="note">{data.note}</p>}
      {data !== undefined && (data.note === undefined || data.rows.length > 0) && <Messages data={data} />}
      {data?.note !== undefined && counts !== undefined && <p>{counted(data.total, "message")} in this queue.</p>}
    </section>
  );
}

function Links({ without }: { readonly without?: QueueName }) {
  return QUEUES.filter((queue) => queue !== without).map((queue) => (
    <>
      <a href={hrefOf({ view: "queues", open: queue })}>{TITLES[queue]}</a>{" "}
    </>
  ));
}

/** The one action that empties the queue, if there is one. */
function Action({ name, total }: { readonly name: QueueName; readonly total: number }) {
  const { said, busy, run } = useCommand();
  const action =
    name === "quarantine"
      ? { path: "/api/replay", text: "Replay all messages" }
      : name === "outage"
        ? { path: "/api/redrive", text: "Redrive now" }
        : undefined;
  if (action === undefined) return null;
  return (
    <div class="controls">
      <BusyButton busy={total === 0 || busy} onClick={() => run(() => send(action.path, {}))}>
        {action.text}
      </BusyButton>
      <output aria-live="polite">{said}</output>
    </div>
  );
}

function Messages({ data: { total, rows } }: { readonly data: QueueMessages }) {
  if (total === 0) return <p class="empty">No message waits here.</p>;
  return (
    <>
      <table class="cards">
        <thead>
          <tr>
            {["Waiting since", "Nodes", "Reason", "Received"].map((title) => (
              <th scope="col">{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((message) => (
            <Row message={message} />
          ))}
        </tbody>
      </table>
      {total > rows.length && (
        <p>
          The oldest {rows.length} of {counted(total, "message")} are shown.
        </p>
      )}
    </>
  );
}

function Row({ message: { since, nodeIds, reason, attempts } }: { readonly message: QueueMessage }) {
  return (
    <tr>
      <td data-label="Waiting since">
        <Time iso={since} />
      </td>
      <td data-label="Nodes">
        <NodeLinks nodeIds={nodeIds} />
      </td>
      <td data-label="Reason">
        <ZonedText text={reason ?? "waits for its turn"} />
      </td>
      <td data-label="Received">{attempts === undefined ? "" : counted(attempts, "time")}</td>
    </tr>
  );
}

function NodeLinks({ nodeIds }: { readonly nodeIds: readonly string[] }) {
  if (nodeIds.length === 0) return <>no node is named</>;
  const more = nodeIds.length - SHOWN_NODES;
  return (
    <>
      {nodeIds.slice(0, SHOWN_NODES).map((nodeId) => (
        <>
          <a href={hrefOf({ view: "findings", open: nodeId })}>{nodeId}</a>{" "}
        </>
      ))}
      {more > 0 && `and ${counted(more, "more node")}`}
    </>
  );
}
