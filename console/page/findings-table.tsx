import type { FindingOrder } from "../../presentation/search/order.ts";
import { queryParams, type FindingQuery } from "../../presentation/search/query.ts";
import { counted } from "../../contract/counted.ts";
import type { FindingsPage, ListedFinding } from "../api.ts";
import { go, hrefOf, isPlainClick, type Route } from "./route.ts";
import { SeverityBadge } from "./severity.tsx";
import { Time } from "./time.tsx";
import type { Selection } from "./use-selection.ts";

interface Column {
  readonly title: string;
  readonly order?: FindingOrder;
  /** Whether the first click sorts in descending order. */
  readonly descendingFirst?: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: "Severity", order: "severity" },
  { title: "Managed node", order: "name" },
  { title: "What is wrong", order: "patches", descendingFirst: true },
  { title: "Owner", order: "owner" },
  { title: "Age", order: "age", descendingFirst: true },
  { title: "Due", order: "due" },
  { title: "Workflow", order: "workflow" },
  { title: "Updated", order: "updated" },
];

/** Returns the id of the link in a finding's row. */
export const rowId = (key: string): string => `finding-${key}`;

interface FindingsTableProps {
  readonly data: FindingsPage;
  readonly query: FindingQuery;
  readonly route: Route;
  /** Whether rows name their account and Region. */
  readonly isOrganization: boolean;
  /** Absent if rows cannot be selected. */
  readonly selection?: Selection | undefined;
}

/** Shows one page of findings. */
export function FindingsTable({ data, query, route, isOrganization, selection }: FindingsTableProps) {
  const keys = data.rows.map(({ key }) => key);
  return (
    <table class="cards">
      <thead>
        <tr>
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
          {COLUMNS.map((column) => (
            <SortedHead {...column} query={query} />
          ))}
        </tr>
      </thead>
      <tbody>
        {data.rows.map((row) => (
          <Row key={row.key} row={row} route={route} isOrganization={isOrganization} selection={selection} />
        ))}
      </tbody>
    </table>
  );
}

function sortedBy(query: FindingQuery, order: FindingOrder, descending: boolean): FindingQuery {
  return { ...query, order, descending, page: 1 };
}

function SortedHead({ title, order, descendingFirst = false, query }: Column & { readonly query: FindingQuery }) {
  if (order === undefined) return <th scope="col">{title}</th>;
  const isOrder = query.order === order;
  const next = sortedBy(query, order, isOrder ? !query.descending : descendingFirst);
  const sort = isOrder ? (query.descending ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" class="sorted" aria-sort={sort}>
      <button type="button" class="sort" onClick={() => go({ view: "findings", params: queryParams(next) })}>
        {title}
        <span aria-hidden="true">{isOrder ? (query.descending ? " ▼" : " ▲") : ""}</span>
      </button>
    </th>
  );
}

interface SortChoiceProps {
  readonly query: FindingQuery;
  readonly onChange: (query: FindingQuery) => void;
}

/** Shows a choice of orders where the table has no heads, as on a phone. */
export function SortChoice({ query, onChange }: SortChoiceProps) {
  const choices = COLUMNS.flatMap(({ title, order, descendingFirst = false }) =>
    order === undefined ? [] : [{ title, order, descendingFirst }],
  );
  const choose = (order: string): void => {
    const chosen = choices.find((one) => one.order === order);
    if (chosen !== undefined) onChange(sortedBy(query, chosen.order, chosen.descendingFirst));
  };
  return (
    <label class="sort-choice">
      Sort by{" "}
      <select value={query.order} onChange={(event) => choose(event.currentTarget.value)}>
        {choices.map(({ title, order }) => (
          <option value={order}>{title}</option>
        ))}
        {!choices.some(({ order }) => order === query.order) && <option value={query.order}>{query.order}</option>}
      </select>
    </label>
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
      {proof !== undefined && <small>proof: {proof}</small>}
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
          <time dateTime={date}>{date.slice(0, 10)}</time>
        </small>
      )}
    </span>
  );
}
