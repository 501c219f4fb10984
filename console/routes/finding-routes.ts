/** The read routes about findings. */
import { Hono } from "hono";
import * as z from "zod";
import { readQuery } from "../../presentation/search/query.ts";
import type { FindingDetails } from "../api.ts";
import { rowOf, type Findings } from "../findings.ts";
import type { ConsoleSource } from "../source.ts";

/** Findings per page, for programs that read them completely. */
const ASFF_PAGE = 100;
const token = z.coerce.number().int().min(0).catch(0);

export function findingRoutes(source: ConsoleSource, findings: Findings): Hono {
  const routes = new Hono();
  routes.get("/findings", (context) => {
    const query = readQuery(new URL(context.req.url).searchParams);
    if ("problem" in query) return context.json({ message: query.problem }, 400);
    return context.json(findings.page(query, source.now()));
  });
  routes.get("/findings/:key", (context) => {
    const found = findings.find(context.req.param("key"));
    if (found === undefined) return context.json({ message: "no such finding" }, 404);
    return context.json({
      ...rowOf(found, source.now()),
      asff: found.asff,
      history: source.history(found.view),
    } satisfies FindingDetails);
  });
  routes.get("/asff", (context) => {
    const start = token.parse(context.req.query("token") ?? 0);
    const { account, region, ownerTag } = source.about;
    const all = source.findings().findings;
    const next = start + ASFF_PAGE;
    return context.json({
      account,
      region,
      ...(ownerTag !== undefined && { ownerTag }),
      findings: all.slice(start, next),
      ...(next < all.length && { next: String(next) }),
    });
  });
  return routes;
}
