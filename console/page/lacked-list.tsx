import type { LackedPage, LackedRow } from "../api.ts";
import { Due } from "./findings-table.tsx";
import { useFetched } from "./http.ts";
import type { LackedWords } from "./lacked-words.ts";
import { grouped } from "./numbers.ts";
import { Pager } from "./pager.tsx";
import { go, hrefOf, isPlainClick, replaceRoute, withParam } from "./route.ts";
import { SearchBox } from "./search-box.tsx";
import { PatchSeverity } from "./severity.tsx";
import { SortedBy, SortedHeads, type SortableColumn } from "./sorted-heads.tsx";
import type { ViewProps } from "./view-props.ts";

const columnsOf = ({ title, related }: LackedWords): readonly SortableColumn[] => [
  { title: "Severity", order: "severity" },
  { title, order: "id" },
  { title: "Nodes", order: "nodes", descendingFirst: true },
  { title: "Missing since", order: "since" },
  { title: "First due", order: "due" },
  { title: "Overdue", order: "overdue", descendingFirst: true },
  { title: related, order: "related", descendingFirst: true },
];

interface LackedListProps extends ViewProps {
  readonly words: LackedWords;
}

/** Shows the patches or CVEs that open findings name, worst first. */
export function LackedList({ words, live: { state }, route }: LackedListProps) {
  const { view, noun } = words;
  const { params } = route;
  const { data, error } = useFetched<LackedPage>(`/api/${view}?${params.toString()}`, state?.findings.revision);
  const text = params.get("q") ?? "";
  const heads = { columns: columnsOf(words), route, usual: "severity" };
  return (
    <>
      <SearchBox
        label={words.search}
        placeholder={words.placeholder}
        text={text}
        onChange={(typed) => replaceRoute({ view, params: withParam(params, "q", typed) })}
      />
      {error !== undefined && <p role="alert">{error}</p>}
      {data === undefined && error === undefined && <p class="loading">Loading …</p>}
      {data !== undefined && (
        <section aria-label={words.all}>
          <SortedBy {...heads} />
          <table class="cards">
            <SortedHeads {...heads} />
            <tbody>
              {data.rows.map((row) => (
                <Row key={row.id} row={row} words={words} />
              ))}
            </tbody>
          </table>
          {data.total === 0 && <p class="empty">{text === "" ? words.none : `No ${noun} matches the search.`}</p>}
          <Pager {...data} route={route} what={noun} />
          {data.gaps.words !== undefined && <p class="empty">{data.gaps.words}</p>}
        </section>
      )}
    </>
  );
}

function Row({ row, words }: { readonly row: LackedRow; readonly words: LackedWords }) {
  const { id, title, nodes, severity, worstSeverity, since, deadline, overdue, related } = row;
  const target = { view: words.view, open: id } as const;
  return (
    <tr onClick={(event) => isPlainClick(event) && go(target)}>
      <td data-label="Severity">
        <PatchSeverity severity={severity} worst={worstSeverity} />
      </td>
      <th scope="row" data-label={words.title}>
        <a href={hrefOf(target)}>
          <bdi>{id}</bdi>
        </a>
        {title !== undefined && title !== id && (
          <small>
            <bdi>{title}</bdi>
          </small>
        )}
      </th>
      <td data-label="Nodes">{grouped(nodes)}</td>
      <td data-label="Missing since">{since}</td>
      <td data-label="Due">{deadline !== undefined && <Due deadline={deadline} />}</td>
      <td data-label="Overdue">{overdue > 0 && <span class="overdue">{grouped(overdue)}</span>}</td>
      <td data-label={words.related}>{related > 0 && grouped(related)}</td>
    </tr>
  );
}
