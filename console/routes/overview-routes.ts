/** The read routes of the first page. */
import { Hono } from "hono";
import type { Findings } from "../findings.ts";
import { OverviewReader } from "../overview.ts";
import type { PatchReader } from "../patch-reader.ts";
import type { ConsoleSource } from "../source.ts";
import type { TrendRecorder } from "../trend.ts";

export function overviewRoutes(
  source: ConsoleSource,
  findings: Findings,
  patches: PatchReader,
  trend: TrendRecorder,
): Hono {
  const routes = new Hono();
  const overview = new OverviewReader(source, findings, patches);
  routes.get("/overview", async (context) => context.json(await overview.answer()));
  routes.get("/trend", (context) => context.json(trend.trend(source.now().getTime())));
  return routes;
}
