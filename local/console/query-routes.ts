/** The read routes of the page, one per kind of data. */
import { Hono } from "hono";
import * as z from "zod";
import { FinishedNodes } from "../run/report.ts";
import type { Run } from "../run/run.ts";
import type { FindingDetails, StateMachineLayout } from "./api.ts";
import { executionDetails, executionsPage, historyOf } from "./executions.ts";
import { readQuery, rowOf, type Findings } from "./findings.ts";
import { fleetPage, nodeRows } from "./fleet-rows.ts";
import type { TrendRecorder } from "./trend.ts";

/** Findings per page, for programs that read them completely. */
const ASFF_PAGE = 100;
const token = z.coerce.number().int().min(0).catch(0);

export function queryRoutes(run: Run, findings: Findings, trend: TrendRecorder): Hono {
  const routes = new Hono();
  const finished = new FinishedNodes();
  addFindingRoutes(routes, run, findings);
  routes.get("/asff", (context) => {
    const start = token.parse(context.req.query("token") ?? 0);
    const all = run.hub.held();
    const next = start + ASFF_PAGE;
    return context.json({
      account: run.fleet.account,
      region: run.fleet.region,
      ...(run.ownerTag !== undefined && { ownerTag: run.ownerTag }),
      findings: all.slice(start, next),
      ...(next < all.length && { next: String(next) }),
    });
  });
  routes.get("/executions", (context) =>
    context.json(executionsPage(run.cloud.executions(), context.req.query("page"))),
  );
  routes.get("/executions/:name", (context) => {
    const execution = run.cloud.executions().find(({ name }) => name === context.req.param("name"));
    if (execution === undefined) return context.json({ message: "no such execution in this run" }, 404);
    return context.json(executionDetails(execution));
  });
  // Computed for the first reader only, because it takes about a second and most runs have no browser.
  let layout: Promise<StateMachineLayout> | undefined;
  routes.get("/state-machine", async (context) => context.json(await (layout ??= placed(run.program.definition))));
  routes.get("/fleet", (context) => {
    const { compliance, text, page } = context.req.query();
    const rows = nodeRows(run.ssm.fleet(), findings.all(), finished.among(run.cloud.executions()));
    return context.json(fleetPage(rows, compliance, text, page));
  });
  routes.get("/trend", (context) => context.json(trend.trend(Date.now())));
  return routes;
}

function addFindingRoutes(routes: Hono, run: Run, findings: Findings): void {
  routes.get("/findings", (context) => {
    const { filters, order, direction, page } = context.req.query();
    const query = attempt(() => readQuery(filters, order, direction));
    if (query === undefined) return context.json({ message: "invalid filters or order in the address" }, 400);
    return context.json(findings.page(query, page, new Date()));
  });
  routes.get("/findings/:key", (context) => {
    const found = findings.find(context.req.param("key"));
    if (found === undefined) return context.json({ message: "no such finding in this run" }, 404);
    const history = historyOf(run.cloud.executions(), found.view.nodeId, found.view.kind === "blindSpot");
    return context.json({
      ...rowOf(found, new Date()),
      asff: found.asff,
      history: found.view.kind === "other" ? [] : history,
    } satisfies FindingDetails);
  });
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Computes the layout. ELK is loaded on demand, because loading it takes longer than the rest of the console. */
async function placed(definition: unknown): Promise<StateMachineLayout> {
  const { layoutStateMachine } = await import("../../presentation/state-machine/layout.ts");
  return layoutStateMachine(definition);
}
