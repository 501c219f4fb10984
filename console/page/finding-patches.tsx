import { useState } from "preact/hooks";
import { patchKey } from "../../presentation/findings/patch-names.ts";
import type { PatchRow } from "../../presentation/patches/patch-table.ts";
import type { FindingPatches } from "../api.ts";
import { Part } from "./finding-part.tsx";
import { useFetched } from "./http.ts";
import { Day } from "./time.tsx";

/** Rows and CVEs that are shown before somebody asks for all. */
const MOST_ROWS = 20;
const MOST_CVES = 10;

const COLUMNS = ["Patch", "State", "Level", "Vendor severity", "CVEs", "Missing since", "Due", "Accepted"];

/** Shows the patches of a finding's node. They are read apart, because an account may answer slowly. */
export function Patches({ findingKey, version }: { readonly findingKey: string; readonly version: unknown }) {
  const { data, error } = useFetched<FindingPatches>(`/api/findings/${findingKey}/patches`, version);
  const [all, setAll] = useState(false);
  if (data === undefined) {
    return <Part title="Patches">{error === undefined ? <p>Loading patches …</p> : <p role="alert">{error}</p>}</Part>;
  }
  const { rows, problem } = data;
  if (rows.length === 0 && problem === undefined) return null;
  const shown = all ? rows : rows.slice(0, MOST_ROWS);
  return (
    <Part title="Patches">
      {problem !== undefined && (
        <p role="alert">
          <bdi>{problem}</bdi> These are the patches that the finding lists.
        </p>
      )}
      <PatchTable rows={shown} />
      {rows.length > shown.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {rows.length} patches
        </button>
      )}
    </Part>
  );
}

function PatchTable({ rows }: { readonly rows: readonly PatchRow[] }) {
  // A column that is empty in each row tells nothing.
  const isGiven = (title: string) =>
    !["Missing since", "Due", "Accepted", "Level", "Vendor severity", "CVEs"].includes(title) ||
    rows.some((row) => cellOf(row, title));
  const columns = COLUMNS.filter(isGiven);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Patches">
      <table class="cards patches">
        <thead>
          <tr>
            {columns.map((title) => (
              <th scope="col">{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, columns }: { readonly row: PatchRow; readonly columns: readonly string[] }) {
  return (
    <tr class={row.noncompliant ? undefined : "closed"}>
      {columns.map((title) =>
        title === "Patch" ? (
          <th scope="row" data-label={title}>
            {row.noncompliant ? (
              <a href={`#/patches/${encodeURIComponent(patchKey(row.patch))}`}>{row.patch}</a>
            ) : (
              row.patch
            )}
            {row.title !== undefined && (
              <small>
                <bdi>{row.title}</bdi>
              </small>
            )}
          </th>
        ) : (
          <td data-label={title}>
            <Cell row={row} title={title} />
          </td>
        ),
      )}
    </tr>
  );
}

function Cell({ row, title }: { readonly row: PatchRow; readonly title: string }) {
  if (title === "CVEs") return <Cves cves={row.cves} />;
  if (title === "Due" && row.due !== undefined) return <Day iso={row.due} />;
  return <>{cellOf(row, title)}</>;
}

function cellOf(row: PatchRow, title: string): string {
  const cells: Readonly<Record<string, string | undefined>> = {
    Patch: row.patch,
    State: row.state,
    Level: row.level,
    "Vendor severity": row.vendorSeverity,
    CVEs: row.cves.join(" "),
    "Missing since": row.since,
    Due: row.due,
    Accepted: row.accepted,
  };
  return cells[title] ?? "";
}

function Cves({ cves }: { readonly cves: readonly string[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? cves : cves.slice(0, MOST_CVES);
  if (cves.length === 0) return null;
  return (
    <ul class="cves">
      {shown.map((cve) => (
        <li>
          <a href={`#/cves/${encodeURIComponent(cve)}`}>{cve}</a>
        </li>
      ))}
      {cves.length > shown.length && (
        <li>
          <button type="button" class="link" onClick={() => setAll(true)}>
            and {cves.length - shown.length} more
          </button>
        </li>
      )}
    </ul>
  );
}
