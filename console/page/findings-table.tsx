import type { FindingOrder } from "../../presentation/search/order.ts";
import { EVERYTHING_OPEN } from "../../presentation/search/query.ts";
import { counted } from "../../contract/counted.ts";
import type { FindingsPage, ListedFinding } from "../api.ts";
import { go, hrefOf, isPlainClick, type Route } from "./route.ts";
import { SeverityBadge } from "./severity.tsx";
import { SortedHeads, type SortableColumn } from "./sorted-heads.tsx";
import { Day, Time, ZonedText } from "./time.tsx";
import type { Selection } from "./use-selection.ts";

/** The columns, typed so that each order is one of the query. */
const COLUMNS: readonly (SortableColumn & { readonly order: FindingOrder })[] = [
  { title: "Severity", order: "severity" },
  { title: "Managed node", order: "name" },
  { title: "What is wrong", order: "patches", descendingFirst: true },
  { title: "Owner", order: "owner" },
  { title: "Age", order: "age", descendingFirst: true },
  { title: "Due", order: "due" },
  { title: "Workflow", order: "workflow" },
  { title: "Updated", order: "updated" },
];

export const FINDING_HEADS = { columns: COLUMNS, usual: EVERYTHING_OPEN.order } as const;

/** Returns the id of the link in a finding's row. */
export const rowId = (key: string): string => `finding-${key}`;

interface FindingsTableProps {
  readonly data: FindingsPage;
  readonly route: Route;
  /** Whether rows name their account and Region. */
  readonly isOrganization: boolean;
  /** Absent if rows cannot be selected. */
  readonly selection?: Selection | undefined;
}

/** Shows one page of findings. */
export function FindingsTable({ data, route, isOrganization, selection }: FindingsTableProps) {
  const keys = data.rows.map(({ key }) => key);
  return (
    <table class="cards">
      <SortedHeads {...FINDING_HEADS} route={route}>
        {selection !== undefined && (
          <th scope="col">
            <input
              type="checkbox"
              aria-label="Select all findings on this page"
              checked={keys.length > 0 && keys.every((key) => selection.keys.has(key))}
              onChange={(event) => selection.toggle(keys, event.currentTarget.checked)}
            />
          </th>
        )}
      </SortedHeads>
      <tbody>
        {data.rows.map((row) => (
          <Row key={row.key} row={row} route={route} isOrganization={isOrganization} selection={selection} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Pick<FindingsTableProps, "route" | "isOrganization" | "selection"> {
  readonly row: ListedFinding;
}

function Row({ row, route, isOrganization, selection }: RowProps) {
  const { key, nodeId, name, severity, what, owner, ageDays, deadline, workflow, updatedAt, closed } = row;
  const target = { view: "findings", open: key, params: route.params } as const;
  return (
    <tr class={closed === undefined ? undefined : "closed"} onClick={(event) => isPlainClick(event) && go(target)}>
      {selection !== undefined && (
        <td data-label="Select" onClick={(event) => event.stopPropagation()}>
          <input
            type="checkbox"
            aria-label={`Select ${name ?? nodeId}`}
            checked={selection.keys.has(key)}
            onChange={(event) => selection.toggle([key], event.currentTarget.checked)}
          />
        </td>
      )}
      <td data-label="Severity">
        {closed === undefined ? <SeverityBadge severity={severity} /> : <span class="status">closed</span>}
      </td>
      <th scope="row" data-label="Managed node">
        <a id={rowId(key)} href={hrefOf(target)}>
          <bdi>{name ?? nodeId}</bdi>
        </a>
        {name !== undefined && <small>{nodeId}</small>}
        {isOrganization && <small>{[row.account, row.region].join(" · ")}</small>}
      </th>
      <td data-label="What is wrong">{closed === undefined ? what : <Closed {...closed} />}</td>
      <td data-label="Owner">{owner !== undefined && <bdi title={owner}>{owner}</bdi>}</td>
      <td data-label="Age">{ageDays !== undefined && counted(ageDays, "day")}</td>
      <td data-label="Due">{deadline !== undefined && <Due deadline={deadline} />}</td>
      <td data-label="Workflow">{workflow}</td>
      <td data-label="Updated">
        <Time iso={updatedAt} />
      </td>
    </tr>
  );
}

function Closed({ at, proof }: NonNullable<ListedFinding["closed"]>) {
  return (
    <>
      closed <Time iso={at} />
      {proof !== undefined && (
        <small>
          proof: <ZonedText text={proof} />
        </small>
      )}
    </>
  );
}

/** Shows a due date in words, and the day. */
export function Due({
  deadline: { state, words, date },
}: {
  readonly deadline: NonNullable<ListedFinding["deadline"]>;
}) {
  return (
    <span class={`due ${state ?? ""}`}>
      {words}
      {date !== undefined && (
        <small>
          <Day iso={date} />
        </small>
      )}
    </span>
  );
}
