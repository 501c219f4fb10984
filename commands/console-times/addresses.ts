import { VIEWS, type ExecutionsPage, type FindingsPage, type FleetPage, type View } from "../../console/api.ts";

/** A view of the console that is measured. */
export interface MeasuredView {
  readonly name: string;
  /** The fragment of its address, with the `#`. */
  readonly address: string;
  /** A CSS selector of what is there when the data are drawn. */
  readonly drawn: string;
  /** What the page reads, without a browser. */
  readonly reads: readonly string[];
}

/** A view that is not listed here is a list with one read. */
const DRAWN: Readonly<Partial<Record<View, string>>> = {
  overview: "main .tiles .number, main .trend .areas",
  flow: "main svg.flow .box",
  executions: "main .steps .step",
  queues: "main h2",
};
const READS: Readonly<Partial<Record<View, readonly string[]>>> = {
  overview: ["/api/overview", "/api/trend"],
  flow: [],
  executions: ["/api/executions", "/api/state-machine"],
  queues: ["/api/queues/work"],
};

/**
 * Returns the views of a console, with one finding, one execution and one node without a finding.
 *
 * @param url of the console
 */
export async function measuredViews(url: string): Promise<MeasuredView[]> {
  const lists = VIEWS.map((view) => ({
    name: view,
    address: view === "queues" ? "#/queues/work" : `#/${view}`,
    drawn: DRAWN[view] ?? "main .cards tbody tr",
    reads: READS[view] ?? [`/api/${view}`],
  }));
  const [findings, nodes, executions] = await Promise.all([
    answer<FindingsPage>(`${url}/api/findings`),
    answer<FleetPage>(`${url}/api/fleet?compliance=compliant`),
    answer<ExecutionsPage>(`${url}/api/executions?page=2`),
  ]);
  const search = "?severity=HIGH&q=windows";
  return [
    ...lists,
    {
      name: "findings, searched",
      address: `#/findings${search}`,
      drawn: "main .cards tbody tr, main .empty",
      reads: [`/api/findings${search}`],
    },
    ...opened("finding", "findings", findings.rows[0]?.key, "main .details h2", ["", "/patches"]),
    ...opened("node without finding", "findings", nodes.rows[0]?.nodeId, "main .details h2", [""]),
    ...opened("execution", "executions", executions.rows[0]?.name, "main .steps .step", [""]),
  ];
}

function opened(
  name: string,
  view: View,
  key: string | undefined,
  drawn: string,
  reads: readonly string[],
): MeasuredView[] {
  if (key === undefined) return [];
  const part = `${view}/${encodeURIComponent(key)}`;
  return [{ name, address: `#/${part}`, drawn, reads: reads.map((end) => `/api/${part}${end}`) }];
}

async function answer<Answer>(address: string): Promise<Answer> {
  return (await (await fetch(address)).json()) as Answer;
}
