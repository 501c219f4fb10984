import type { ComplianceState, NodeRow } from "../../presentation/fleet/node-query.ts";
import type { NodeWithoutFinding as WithoutFinding } from "../api.ts";
import { NodeCompliance } from "./fleet-table.tsx";
import { Part } from "./finding-part.tsx";
import { hrefOf } from "./route.ts";
import { Time } from "./time.tsx";

const WHY: Readonly<Record<ComplianceState, string>> = {
  compliant: "No noncompliant patch is known for it.",
  noncompliant: "Its patch data are noncompliant, but the program has not evaluated them yet.",
  unknown: "Its patch status is unknown.",
  "never scanned": "It has never been scanned, and the program has not evaluated it yet.",
};

/** Shows what is known about a node for which Security Hub has no finding of this program. */
export function NodeWithoutFinding({ node, quarantined }: WithoutFinding) {
  const { nodeId, name, compliance, operationEnd } = node;
  return (
    <>
      <p class="standing-of-finding">
        <NodeCompliance row={node} /> <bdi>{name ?? nodeId}</bdi> {name !== undefined && <small>{nodeId}</small>}
      </p>
      <h2>This node has no finding</h2>
      <p>
        {quarantined === undefined ? (
          WHY[compliance]
        ) : (
          <>
            It is in <a href={hrefOf({ view: "queues", open: "quarantine" })}>quarantine</a>: <bdi>{quarantined}</bdi>
          </>
        )}
        {compliance === "compliant" && operationEnd !== undefined && (
          <>
            {" "}
            Compliant since the last operation that is known, <Time iso={operationEnd} />.
          </>
        )}
      </p>
      <Part title="Facts">
        <Facts node={node} />
      </Part>
      <p>
        <a href={hrefOf({ view: "executions", params: new URLSearchParams({ node: nodeId }) })}>
          Executions of this node
        </a>
        {" · "}
        <a href={hrefOf({ view: "fleet", params: new URLSearchParams({ q: nodeId }) })}>This node in the fleet</a>
      </p>
    </>
  );
}

function Facts({ node }: { readonly node: NodeRow }) {
  const { platform, platformVersion, patchGroup, operation, operationEnd } = node;
  const facts = [
    ["Platform", [platform, platformVersion].filter(Boolean).join(" ")],
    ["Patch group", patchGroup],
    ["Last operation", operation],
    ["Ended", operationEnd !== undefined && <Time iso={operationEnd} />],
  ] as const;
  return (
    <dl>
      {facts.map(
        ([title, value]) =>
          Boolean(value) && (
            <>
              <dt>{title}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </>
          ),
      )}
    </dl>
  );
}
