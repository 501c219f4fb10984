/** The read routes about the managed nodes. A source without them answers 404. */
import { Hono, type Context } from "hono";
import { readNodeQuery, type NodeQuery } from "../../presentation/fleet/node-query.ts";
import type { MatchingKeys } from "../api.ts";
import type { Nodes } from "../fleet.ts";

export function fleetRoutes(nodes: Nodes | undefined): Hono {
  const routes = new Hono();
  if (nodes === undefined) return routes;
  const answer = (path: string, body: (query: NodeQuery) => object): void => {
    routes.get(path, (context: Context) => {
      const query = readNodeQuery(new URL(context.req.url).searchParams);
      return "problem" in query ? context.json({ message: query.problem }, 400) : context.json(body(query));
    });
  };
  answer("/fleet", (query) => nodes.page(query));
  answer("/fleet/keys", (query): MatchingKeys => ({ keys: nodes.search(query).matching.map(({ nodeId }) => nodeId) }));
  return routes;
}
