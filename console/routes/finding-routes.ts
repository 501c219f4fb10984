/** The read routes about findings. */
import { Hono, type Context } from "hono";
import * as z from "zod";
import { findingsCsv } from "../../presentation/findings/csv.ts";
import { present } from "../../presentation/findings/finding-fields.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import { patchTable } from "../../presentation/patches/patch-table.ts";
import { readQuery, type FindingQuery } from "../../presentation/search/query.ts";
import type { FindingDetails, FindingPatches, MatchingKeys, NodeWithoutFinding } from "../api.ts";
import { deadlineOf } from "../finding-rows.ts";
import type { Nodes } from "../fleet.ts";
import { nodeNamed } from "../go-target.ts";
import { namedNodes } from "../named-nodes.ts";
import { rowOf, type Findings } from "../findings.ts";
import { readFirst } from "../read-first.ts";
import type { ConsoleSource, FindingsSnapshot } from "../source.ts";

/** Findings per page, for programs that read them completely. */
const ASFF_PAGE = 100;
const token = z.coerce.number().int().min(0).catch(0);

/** @param nodes the managed nodes, if the source has them */
export function findingRoutes(source: ConsoleSource, findings: Findings, nodes?: Nodes): Hono {
  const routes = new Hono();
  for (const path of ["/asff", "/findings.csv", "/findings.json"]) routes.use(path, readFirst(source));
  addListRoutes(routes, source, findings);
  addDetailRoutes(routes, source, findings, nodes);
  routes.get("/asff", (context) => {
    const start = token.parse(context.req.query("token") ?? 0);
    const { account, region, organization, ownerTag } = source.about;
    const { findings: all, readAt, problem } = source.findings();
    const next = start + ASFF_PAGE;
    return context.json({
      account,
      region,
      now: source.now().toISOString(),
      ...(organization && { organization }),
      ...present({ ownerTag, readAt, problem }),
      findings: all.slice(start, next),
      ...(next < all.length && { next: String(next) }),
    });
  });
  return routes;
}

/** Adds the routes whose answer depends on a query. A link that is no query answers 400, and says why. */
function addListRoutes(routes: Hono, { now, findings: snapshot }: ConsoleSource, findings: Findings): void {
  const answer = (path: string, body: (context: Context, query: FindingQuery) => Response): void => {
    routes.get(path, (context) => {
      const query = readQuery(new URL(context.req.url).searchParams);
      return "problem" in query ? context.json({ message: query.problem }, 400) : body(context, query);
    });
  };
  const download = (context: Context, type: "csv" | "json"): Pick<FindingsSnapshot, "readAt" | "problem"> => {
    const { readAt, problem } = snapshot();
    context.header("content-disposition", `attachment; filename="patch-findings.${type}"`);
    if (readAt !== undefined) context.header("findings-read-at", readAt);
    if (problem !== undefined) context.header("findings-problem", problem.replaceAll(/[^\x20-\x7e]/g, "?"));
    return present({ readAt, problem });
  };
  answer("/findings", (context, query) => context.json(findings.page(query, now())));
  answer("/findings/keys", (context, query) =>
    context.json({ keys: findings.search(query, now()).matching.map(({ key }) => key) } satisfies MatchingKeys),
  );
  answer("/findings.csv", (context, query) => {
    download(context, "csv");
    const views = findings.search(query, now()).matching.map(({ view }) => view);
    return context.body(findingsCsv(views, now()), 200, { "content-type": "text/csv; charset=utf-8" });
  });
  answer("/findings.json", (context, query) => {
    const age = download(context, "json");
    return context.json({ Findings: findings.search(query, now()).matching.map(({ asff }) => asff), ...age });
  });
}

function addDetailRoutes(routes: Hono, source: ConsoleSource, findings: Findings, nodes?: Nodes): void {
  const missing = (context: Context): Response => context.json({ message: "no such finding" }, 404);
  routes.get("/findings/:key", async (context) => {
    const name = context.req.param("key");
    const key = findings.find(name)?.key ?? nodeNamed(name, namedNodes(findings, nodes)) ?? name;
    const found = findings.find(key);
    if (found === undefined) {
      const node = nodes?.find(key);
      if (node === undefined) return missing(context);
      const quarantined = await source.quarantined?.(node.nodeId);
      return context.json({ node, ...(quarantined !== undefined && { quarantined }) } satisfies NodeWithoutFinding);
    }
    const deadline = deadlineOf(found.view, source.now());
    return context.json({
      ...rowOf(found, source.now()),
      ...(deadline !== undefined && { deadline }),
      asff: found.asff,
      history: source.history(found.view),
      others: findings.others(found),
    } satisfies FindingDetails);
  });
  routes.get("/findings/:key/patches", async (context) => {
    const found = findings.find(context.req.param("key"));
    return found === undefined ? missing(context) : context.json(await patchesOf(source, found.view));
  });
}

/** Returns the patches of a node. If they cannot be read, the finding lists some. */
async function patchesOf({ patchRows }: ConsoleSource, view: FindingView): Promise<FindingPatches> {
  if (view.recordState === "ARCHIVED") return { rows: [] };
  try {
    return { rows: patchTable(view, await patchRows(view)) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { rows: patchTable(view), problem };
  }
}
