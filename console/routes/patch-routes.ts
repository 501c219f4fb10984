/** The read routes about patches and CVEs. */
import { Hono } from "hono";
import { nodesCsv } from "../../presentation/patches/nodes-csv.ts";
import type { PatchCheckState } from "../api.ts";
import { findEntry, lackedDetails, lackedPage, possibleNodes } from "../lacked-answers.ts";
import { ofCves, ofPatches, type LackedIndex } from "../lacked-entry.ts";
import { sortedNodes } from "../lacked-order.ts";
import type { Findings, KnownFinding } from "../findings.ts";
import type { PatchReader } from "../patch-reader.ts";
import type { ConsoleSource } from "../source.ts";

export function patchRoutes(source: ConsoleSource, findings: Findings, reader: PatchReader): Hono {
  const routes = new Hono();
  const { check } = reader;
  const checked = (index: LackedIndex, id: string, isWanted: boolean): PatchCheckState | undefined => {
    if (check === undefined) return undefined;
    const unread = unreadOf(index, id, findings);
    if (isWanted) check.start(unread);
    return check.state(unread);
  };
  const add = (path: string, read: () => Promise<LackedIndex>): void => {
    routes.get(path, async (context) => context.json(lackedPage(await read(), context.req.query(), source.now())));
    routes.get(`${path}/:id`, async (context) => {
      const wasRunning = check?.isRunning === true;
      const [index, id, wish] = [await read(), context.req.param("id"), context.req.query()];
      const state = checked(index, id, wish["read"] === "all");
      // A check that ended just now may have read more than the index has: the page must ask once more.
      const shown = state && { ...state, running: state.running || wasRunning };
      return context.json(lackedDetails(index, id, wish, source.now(), shown));
    });
    routes.get(`${path}/:id/nodes.csv`, async (context) => {
      const entry = findEntry(await read(), context.req.param("id"));
      context.header("content-disposition", 'attachment; filename="nodes.csv"');
      const nodes = sortedNodes(entry?.nodes ?? [], context.req.query());
      return context.body(nodesCsv(nodes), 200, { "content-type": "text/csv; charset=utf-8" });
    });
  };
  add(
    "/patches",
    lastOf(() => reader.patches(), ofPatches),
  );
  add(
    "/cves",
    lastOf(() => reader.cves(), ofCves),
  );
  return routes;
}

/** Returns the findings whose nodes may also lack what is asked for. */
function unreadOf(index: LackedIndex, id: string, findings: Findings): KnownFinding[] {
  const keys = new Set(possibleNodes(index, findEntry(index, id)?.nodes ?? []).map(({ key }) => key));
  const byKey = new Map(findings.all().map((row) => [row.key, row]));
  return [...keys].flatMap((key) => byKey.get(key) ?? []);
}

/** Keeps the last conversion, so that searches find their texts prepared. */
function lastOf<Index extends object>(
  read: () => Promise<Index>,
  convert: (index: Index) => LackedIndex,
): () => Promise<LackedIndex> {
  let last: { readonly index: Index; readonly converted: LackedIndex } | undefined;
  return async () => {
    const index = await read();
    if (last?.index !== index) last = { index, converted: convert(index) };
    return last.converted;
  };
}
