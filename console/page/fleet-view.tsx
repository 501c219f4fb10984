import { useState } from "preact/hooks";
import { COMPLIANCE_STATES, type FleetPage, type NodeRow } from "../api.ts";
import type { ViewProps } from "./view-props.ts";
import { send, useFetched } from "./http.ts";
import { Pager } from "./pager.tsx";
import { go, replaceRoute, hrefOf, withParam, type Route } from "./route.ts";
import { SeverityBadge } from "./severity.tsx";
import { shortTime } from "./times.ts";
import { useCommand } from "./use-command.ts";

export function FleetView({ live: { state }, route }: ViewProps) {
  const version = `${state?.findings.revision} ${state?.executions}`;
  const { data, error } = useFetched<FleetPage>(`/api/fleet?${route.params.toString()}`, version);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (nodeIds: readonly string[], on: boolean): void => {
    const next = new Set(chosen);
    for (const nodeId of nodeIds) next[on ? "add" : "delete"](nodeId);
    setChosen(next);
  };
  return (
    <>
      <Selection route={route} byCompliance={data?.byCompliance} />
      <Actions chosen={chosen} />
      {error !== undefined && <p role="alert">{error}</p>}
      {data !== undefined && (
        <section aria-label="Managed nodes">
          <NodeTable rows={data.rows} chosen={chosen} toggle={toggle} />
          {data.total === 0 && <p class="empty">No nodes match these filters.</p>}
          <Pager route={route} page={data.page} pageSize={data.pageSize} total={data.total} what="managed node" />
        </section>
      )}
    </>
  );
}

interface SelectionProps {
  readonly route: Route;
  readonly byCompliance: FleetPage["byCompliance"] | undefined;
}

/** Selects the nodes in the table. */
function Selection({ route, byCompliance }: SelectionProps) {
  const wanted = route.params.get("compliance") ?? "";
  const changed = (name: string, value: string): Route => ({ ...route, params: withParam(route.params, name, value) });
  const all = Object.values(byCompliance ?? {}).reduce((sum, count) => sum + count, 0);
  const choices = [
    ["", `${all} in total`],
    ...COMPLIANCE_STATES.map((state) => [state, `${byCompliance?.[state] ?? 0} ${state}`] as const),
  ] as const;
  return (
    <div class="filters" role="group" aria-label="Filters">
      {choices.map(([value, text]) => (
        <button
          type="button"
          class="chip"
          aria-pressed={value === wanted}
          onClick={() => go(changed("compliance", value))}
        >
          {text}
        </button>
      ))}
      <label>
        <span class="hidden">Search by node id or name</span>
        <input
          type="search"
          placeholder="id or name"
          maxLength={100}
          value={route.params.get("text") ?? ""}
          onInput={(event) => replaceRoute(changed("text", event.currentTarget.value))}
        />
      </label>
    </div>
  );
}

function Actions({ chosen }: { readonly chosen: ReadonlySet<string> }) {
  const { said, run } = useCommand();
  const press = (path: string) => (): void => run(() => send(path, { nodes: [...chosen] }));
  return (
    <div class="controls" role="group" aria-label="Actions for selected nodes">
      <button type="button" disabled={chosen.size === 0} onClick={press("/api/patch")}>
        Patch selected nodes
      </button>
      <button type="button" disabled={chosen.size === 0} onClick={press("/api/scan")}>
        Scan selected nodes
      </button>
      <span>{chosen.size} selected</span>
      <output aria-live="polite">{said}</output>
    </div>
  );
}

interface NodeTableProps {
  readonly rows: readonly NodeRow[];
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (nodeIds: readonly string[], on: boolean) => void;
}

const COLUMNS = ["Managed node", "Platform", "Compliance", "Cause", "Last operation (UTC)", "Patch group"];

function NodeTable({ rows, chosen, toggle }: NodeTableProps) {
  const nodeIds = rows.map(({ nodeId }) => nodeId);
  const all = nodeIds.length > 0 && nodeIds.every((nodeId) => chosen.has(nodeId));
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">
            <input
              type="checkbox"
              aria-label="Select all nodes on this page"
              checked={all}
              onChange={(event) => toggle(nodeIds, event.currentTarget.checked)}
            />
          </th>
          {COLUMNS.map((title) => (
            <th scope="col">{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row row={row} chosen={chosen.has(row.nodeId)} toggle={toggle} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Pick<NodeTableProps, "toggle"> {
  readonly row: NodeRow;
  readonly chosen: boolean;
}

function Row({ row, chosen, toggle }: RowProps) {
  const { nodeId, name, platform, hybrid, online, patchGroup, compliance, severity, cause, finding } = row;
  return (
    <tr>
      <td data-label="Select">
        <input
          type="checkbox"
          aria-label={`Select ${nodeId}`}
          checked={chosen}
          onChange={(event) => toggle([nodeId], event.currentTarget.checked)}
        />
      </td>
      <th scope="row" data-label="Managed node">
        {finding === undefined ? nodeId : <a href={hrefOf({ view: "findings", open: finding })}>{nodeId}</a>}
        <small>{name}</small>
      </th>
      <td data-label="Platform">
        {platform}
        <small>{[hybrid ? "hybrid" : "EC2", online ? "online" : "offline"].join(", ")}</small>
      </td>
      <td data-label="Compliance">
        <span class={`status ${compliance.replace(" ", "-")}`}>{compliance}</span>
        {severity !== undefined && <SeverityBadge severity={severity} />}
      </td>
      <td data-label="Cause">{cause}</td>
      <td data-label="Last operation">
        {row.operation}{" "}
        {row.operationEnd !== undefined && <time dateTime={row.operationEnd}>{shortTime(row.operationEnd)}</time>}
      </td>
      <td data-label="Patch group">{patchGroup}</td>
    </tr>
  );
}
