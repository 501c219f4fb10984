import { useRef, useState } from "preact/hooks";
import { DUE_STATES } from "../../contract/due.ts";
import { RECORD_STATES, SEVERITIES, WORKFLOW_STATUSES } from "../../presentation/findings/finding-view.ts";
import {
  FILTER_OPERATORS,
  FINDING_FIELDS,
  MAX_FILTER_VALUE,
  type FilterOperator,
  type FindingField,
  type FindingFilter,
} from "../api.ts";

const NAMES: Readonly<Record<FindingField, string>> = {
  product: "Product name",
  severity: "Severity label",
  workflow: "Workflow status",
  record: "Record state",
  node: "Managed node",
  account: "Account",
  owner: "Owner",
  due: "Due",
};

/** The possible values of a field, if they are known. */
const VALUES: Partial<Readonly<Record<FindingField, readonly string[]>>> = {
  severity: SEVERITIES,
  workflow: WORKFLOW_STATUSES,
  record: RECORD_STATES,
  due: DUE_STATES,
};

interface FilterBarProps {
  readonly filters: readonly FindingFilter[];
  readonly onChange: (filters: readonly FindingFilter[]) => void;
}

/** Shows the active filters, each with a button that removes it, and a form for a new one. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const bar = useRef<HTMLElement>(null);
  const remove = (index: number): void => {
    onChange(filters.filter((_, other) => other !== index));
    // The last button disappears with its filter, so the focus moves to the form.
    if (index === filters.length - 1) bar.current?.querySelector("input")?.focus();
  };
  return (
    <section ref={bar} class="filters" aria-label="Filters">
      <ul>
        {filters.map((filter, index) => (
          <li>
            <button
              type="button"
              class="chip"
              aria-label={`Remove filter ${inWords(filter)}`}
              onClick={() => remove(index)}
            >
              {inWords(filter)} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <NewFilter onAdd={(filter) => onChange([...filters, filter])} />
    </section>
  );
}

function NewFilter({ onAdd }: { readonly onAdd: (filter: FindingFilter) => void }) {
  const [field, setField] = useState<FindingField>("severity");
  const [operator, setOperator] = useState<FilterOperator>("is");
  const [value, setValue] = useState("");
  const add = (event: Event): void => {
    event.preventDefault();
    const trimmed = value.trim();
    if (trimmed === "") return;
    onAdd({ field, operator, value: inCaseOf(VALUES[field], trimmed) });
    setValue("");
  };
  return (
    <form onSubmit={add} aria-label="New filter">
      <Choice label="Field" value={field} values={FINDING_FIELDS} names={NAMES} onChange={setField} />
      <Choice label="Operator" value={operator} values={FILTER_OPERATORS} onChange={setOperator} />
      <label>
        <span class="hidden">Value</span>
        <input
          value={value}
          list="filter-values"
          placeholder="value"
          maxLength={MAX_FILTER_VALUE}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
      </label>
      <datalist id="filter-values">
        {VALUES[field]?.map((known) => (
          <option value={known} />
        ))}
      </datalist>
      <button type="submit">Add filter</button>
    </form>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly Value[];
  readonly names?: Readonly<Record<Value, string>>;
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, values, names, onChange }: ChoiceProps<Value>) {
  return (
    <label>
      <span class="hidden">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value as Value)}>
        {values.map((each) => (
          <option value={each}>{names?.[each] ?? each}</option>
        ))}
      </select>
    </label>
  );
}

/** Returns the text in the case of the known values, whose words all have the same. */
function inCaseOf([known]: readonly string[] = [], text: string): string {
  if (known === undefined) return text;
  return known === known.toUpperCase() ? text.toUpperCase() : text.toLowerCase();
}

const inWords = ({ field, operator, value }: FindingFilter): string =>
  `${NAMES[field]} ${operator} ${value === "" ? "empty" : value}`;
