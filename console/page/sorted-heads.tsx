import type { ComponentChildren } from "preact";
import { go, withParam, type Route } from "./route.ts";

/** A column of a table that the server sorts. */
export interface SortableColumn {
  readonly title: string;
  /** The value of `order` in addresses. Absent if the column does not sort. */
  readonly order?: string;
  /** Whether the first click sorts in descending order. */
  readonly descendingFirst?: boolean;
}

interface SortedHeadsProps {
  readonly columns: readonly SortableColumn[];
  readonly route: Route;
  /** The order of an address that names none. */
  readonly usual: string;
  /** Heads before them, such as a check box for all rows. */
  readonly children?: ComponentChildren;
}

/** Shows the heads of a table. Each sorts by its column, and a second click turns the order around. */
export function SortedHeads({ columns, route, usual, children }: SortedHeadsProps) {
  const order = route.params.get("order") ?? usual;
  const isDown = route.params.get("direction") === "descending";
  return (
    <thead>
      <tr>
        {children}
        {columns.map((column) =>
          column.order === undefined ? (
            <th scope="col">{column.title}</th>
          ) : (
            <th
              scope="col"
              class="sorted"
              aria-sort={column.order === order ? (isDown ? "descending" : "ascending") : undefined}
            >
              <button type="button" class="sort" onClick={() => sortBy(route, column, usual)}>
                {column.title}
                <span aria-hidden="true">{column.order === order ? (isDown ? " ▼" : " ▲") : ""}</span>
              </button>
            </th>
          ),
        )}
      </tr>
    </thead>
  );
}

/** Shows a choice of orders where the table has no heads, as on a phone. */
export function SortedBy({ columns, route, usual }: Omit<SortedHeadsProps, "children">) {
  const choices = columns.filter(({ order }) => order !== undefined);
  return (
    <label class="sort-choice">
      Sort by{" "}
      <select
        value={route.params.get("order") ?? usual}
        onChange={({ currentTarget: { value } }) => {
          const column = choices.find(({ order }) => order === value);
          if (column !== undefined) sortBy(route, column, usual);
        }}
      >
        {choices.map(({ title, order }) => (
          <option value={order}>{title}</option>
        ))}
      </select>
    </label>
  );
}

function sortBy({ view, open, params }: Route, { order = "", descendingFirst = false }: SortableColumn, usual: string) {
  const isOrder = (params.get("order") ?? usual) === order;
  const isDown = isOrder ? params.get("direction") !== "descending" : descendingFirst;
  const sorted = withParam(params, "order", order === usual ? "" : order);
  go({ view, ...(open !== undefined && { open }), params: withParam(sorted, "direction", isDown ? "descending" : "") });
}
