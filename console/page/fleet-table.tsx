import { ALL_NODES, type NodeOrder, type NodeRow } from "../../presentation/fleet/node-query.ts";
import { nodeHref } from "./finding-links.ts";
import type { Route } from "./route.ts";
import { SeverityBadge } from "./severity.tsx";
import { SortedHeads, type SortableColumn } from "./sorted-heads.tsx";
import { Time } from "./time.tsx";
import type { Selection } from "./use-selection.ts";

/** The columns, typed so that each order is one of the query. */
const COLUMNS: readonly (SortableColumn & { readonly order: NodeOrder })[] = [
  { title: "Managed node", order: "name" },
  { title: "Platform", order: "platform" },
  { title: "Compliance", order: "compliance" },
  { title: "Cause", order: "cause" },
  { title: "Last operation", order: "operation" },
  { title: "Patch group", order: "patchGroup" },
];

export const NODE_HEADS = { columns: COLUMNS, usual: ALL_NODES.order } as const;

interface NodeTableProps {
  readonly rows: readonly NodeRow[];
  readonly route: Route;
  /** Absent if nodes cannot be selected. */
  readonly selection: Selection | undefined;
}

/** Shows one page of managed nodes. */
export function NodeTable({ rows, route, selection }: NodeTableProps) {
  const nodeIds = rows.map(({ nodeId }) => nodeId);
  return (
    <table class="cards">
      <SortedHeads {...NODE_HEADS} route={route}>
        {selection !== undefined && (
          <th scope="col">
            <input
              type="checkbox"
              aria-label="Select all nodes on this page"
              checked={nodeIds.length > 0 && nodeIds.every((nodeId) => selection.keys.has(nodeId))}
              onChange={(event) => selection.toggle(nodeIds, event.currentTarget.checked)}
            />
          </th>
        )}
      </SortedHeads>
      <tbody>
        {rows.map((row) => (
          <Row key={row.nodeId} row={row} selection={selection} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, selection }: { readonly row: NodeRow; readonly selection: Selection | undefined }) {
  const { nodeId, name, platform = "unknown", platformVersion = "", hybrid, online, patchGroup, cause } = row;
  return (
    <tr>
      {selection !== undefined && (
        <td data-label="Select">
          <input
            type="checkbox"
            aria-label={`Select ${name ?? nodeId}`}
            checked={selection.keys.has(nodeId)}
            onChange={(event) => selection.toggle([nodeId], event.currentTarget.checked)}
          />
        </td>
      )}
      <th scope="row" data-label="Managed node">
        <a href={nodeHref(row)}>
          <bdi>{name ?? nodeId}</bdi>
        </a>
        {name !== undefined && <small>{nodeId}</small>}
      </th>
      <td data-label="Platform">
        <bdi>{`${platform} ${platformVersion}`.trim()}</bdi>
        <small>{[hybrid ? "hybrid" : "EC2", online ? "online" : "offline"].join(", ")}</small>
      </td>
      <td data-label="Compliance">
        <NodeCompliance row={row} />
      </td>
      <td data-label="Cause">{cause !== undefined && <bdi>{cause}</bdi>}</td>
      <td data-label="Last operation">
        {row.operation} {row.operationEnd !== undefined && <Time iso={row.operationEnd} />}
      </td>
      <td data-label="Patch group">{patchGroup !== undefined && <bdi>{patchGroup}</bdi>}</td>
    </tr>
  );
}

/** Shows whether a node complies, and how severe its finding is. */
export function NodeCompliance({ row: { compliance, severity } }: { readonly row: NodeRow }) {
  return (
    <>
      <span class={`status ${compliance.replace(" ", "-")}`}>{compliance}</span>
      {severity !== undefined && <SeverityBadge severity={severity} />}
    </>
  );
}
