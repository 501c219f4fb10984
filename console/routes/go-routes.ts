/** The read route of the header's search box. */
import { Hono } from "hono";
import { MAX_TEXT } from "../../presentation/search/query.ts";
import type { Findings } from "../findings.ts";
import type { Nodes } from "../fleet.ts";
import { goTarget } from "../go-target.ts";
import type { PatchReader } from "../patch-reader.ts";
import { namedNodes } from "../named-nodes.ts";

/** @param nodes the managed nodes, if the source has them */
export function goRoutes(findings: Findings, reader: PatchReader, nodes?: Nodes): Hono {
  const routes = new Hono();
  routes.get("/go", async (context) => {
    const { patches } = await reader.patches();
    const text = (context.req.query("q") ?? "").slice(0, MAX_TEXT);
    return context.json(
      goTarget(
        text,
        namedNodes(findings, nodes),
        patches.map(({ key }) => key),
      ),
    );
  });
  return routes;
}
