/** The read routes of the first page. */
import { Hono } from "hono";
import type { Findings } from "../findings.ts";
import { OverviewReader } from "../overview.ts";
import type { ConsoleSource } from "../source.ts";
import type { TrendRecorder } from "../trend.ts";

export function overviewRoutes(source: ConsoleSource, findings: Findings, trend: TrendRecorder): Hono {
  const routes = new Hono();
  const overview = new OverviewReader(source, findings);
  routes.get("/overview", (context) => context.json(overview.answer()));
  routes.get("/trend", (context) => context.json(trend.trend(source.now().getTime())));
  return routes;
}
