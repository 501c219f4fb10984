/** Sorting of a list: by the heads of a table, and by a choice where a phone shows no heads. */

export interface Column<Order extends string> {
  readonly title: string;
  /** Absent if the column cannot be sorted. */
  readonly order?: Order;
  /** Whether the first click sorts in descending order. */
  readonly descendingFirst?: boolean;
}

/** How a list is sorted. */
export interface Sorting<Order extends string> {
  readonly order: Order;
  readonly descending: boolean;
}

interface SortedHeadProps<Order extends string> extends Column<Order> {
  readonly sorting: Sorting<Order>;
  readonly onSort: (sorting: Sorting<Order>) => void;
}

/** Shows the head of a column. All of it sorts. */
export function SortedHead<Order extends string>(props: SortedHeadProps<Order>) {
  const { title, order, descendingFirst = false, sorting, onSort } = props;
  if (order === undefined) return <th scope="col">{title}</th>;
  const isOrder = sorting.order === order;
  const sort = isOrder ? (sorting.descending ? "descending" : "ascending") : undefined;
  const descending = isOrder ? !sorting.descending : descendingFirst;
  return (
    <th scope="col" class="sorted" aria-sort={sort}>
      <button type="button" class="sort" onClick={() => onSort({ order, descending })}>
        {title}
        <span aria-hidden="true">{isOrder ? (sorting.descending ? " ▼" : " ▲") : ""}</span>
      </button>
    </th>
  );
}

interface SortChoiceProps<Order extends string> {
  readonly columns: readonly Column<Order>[];
  readonly sorting: Sorting<Order>;
  readonly onSort: (sorting: Sorting<Order>) => void;
}

/** Shows a choice of orders where the table has no heads, as on a phone. */
export function SortChoice<Order extends string>({ columns, sorting, onSort }: SortChoiceProps<Order>) {
  const choices = columns.flatMap(({ title, order, descendingFirst = false }) =>
    order === undefined ? [] : [{ title, order, descendingFirst }],
  );
  const choose = (order: string): void => {
    const chosen = choices.find((one) => one.order === order);
    if (chosen !== undefined) onSort({ order: chosen.order, descending: chosen.descendingFirst });
  };
  return (
    <label class="sort-choice">
      Sort by{" "}
      <select value={sorting.order} onChange={(event) => choose(event.currentTarget.value)}>
        {choices.map(({ title, order }) => (
          <option value={order}>{title}</option>
        ))}
        {!choices.some(({ order }) => order === sorting.order) && (
          <option value={sorting.order}>{sorting.order}</option>
        )}
      </select>
    </label>
  );
}
