import type { LackedDetails, LackingNode } from "../api.ts";
import { Due } from "./findings-table.tsx";
import { Pager } from "./pager.tsx";
import { go, hrefOf, isPlainClick, type Route } from "./route.ts";
import { SeverityBadge } from "./severity.tsx";
import { SortedBy, SortedHeads, type SortableColumn } from "./sorted-heads.tsx";

const COLUMNS: readonly SortableColumn[] = [
  { title: "Severity", order: "severity" },
  { title: "Managed node", order: "name" },
  { title: "Owner", order: "owner" },
  { title: "Missing since", order: "since" },
  { title: "Due", order: "due" },
  { title: "Workflow", order: "workflow" },
];

interface LackingNodesProps {
  readonly data: LackedDetails;
  readonly route: Route;
  readonly path: string;
  /** Whether rows name their account and Region. */
  readonly isOrganization: boolean;
}

/** Shows one page of the nodes that lack a patch. Each links to its finding. */
export function LackingNodes({ data, route, path, isOrganization }: LackingNodesProps) {
  const heads = { columns: COLUMNS, route, usual: "severity" };
  return (
    <section aria-label="Nodes">
      <div class="controls">
        <SortedBy {...heads} />
        <a class="end" href={`${path}/nodes.csv`} download="nodes.csv">
          Download nodes (CSV)
        </a>
      </div>
      <table class="cards">
        <SortedHeads {...heads} />
        <tbody>
          {data.rows.map((node) => (
            <Row key={node.key} node={node} isOrganization={isOrganization} />
          ))}
        </tbody>
      </table>
      <Pager {...data} route={route} what="node" />
    </section>
  );
}

function Row({ node, isOrganization }: { readonly node: LackingNode; readonly isOrganization: boolean }) {
  const { key, nodeId, name, account, region, owner, platform, severity, workflow, since, deadline, accepted } = node;
  const target = { view: "findings", open: key } as const;
  return (
    <tr onClick={(event) => isPlainClick(event) && go(target)}>
      <td data-label="Severity">
        <SeverityBadge severity={severity} />
      </td>
      <th scope="row" data-label="Managed node">
        <a href={hrefOf(target)}>
          <bdi>{name ?? nodeId}</bdi>
        </a>
        {name !== undefined && <small>{nodeId}</small>}
        {platform !== undefined && (
          <small>
            <bdi>{platform}</bdi>
          </small>
        )}
        {isOrganization && <small>{[account, region].join(" · ")}</small>}
      </th>
      <td data-label="Owner">{owner !== undefined && <bdi title={owner}>{owner}</bdi>}</td>
      <td data-label="Missing since">{since}</td>
      <td data-label="Due">
        {deadline !== undefined && <Due deadline={deadline} />}
        {accepted !== undefined && (
          <>
            accepted{" "}
            <small>
              <bdi>{accepted}</bdi>
            </small>
          </>
        )}
      </td>
      <td data-label="Workflow">
        <bdi>{workflow}</bdi>
      </td>
    </tr>
  );
}
