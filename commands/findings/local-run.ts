import * as z from "zod";
import { answerOf } from "./local-answer.ts";
import { writeLocalTriage } from "./local-triage.ts";
import type { NodeShare } from "../../presentation/report/summary.ts";
import { matching, type FindingSource } from "./finding-sources.ts";

const pageSchema = z.object({
  account: z.string(),
  region: z.string(),
  findings: z.array(z.looseObject({})),
  next: z.string().optional(),
  ownerTag: z.string().optional(),
  now: z.iso.datetime().optional(),
});
type Page = z.infer<typeof pageSchema>;

/**
 * Returns the origin of an embedded run on this machine, or undefined for any other address.
 *
 * @example localOrigin("http://localhost:8080/"); // "http://127.0.0.1:8080"
 */
export function localOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  const local = hostname === "127.0.0.1" || hostname === "localhost";
  const bare = pathname === "/" && [username, password, search, hash].every((part) => part === "");
  // Uses the address, because the machine's resolver decides what "localhost" means.
  return protocol === "http:" && local && bare ? `http://127.0.0.1${port === "" ? "" : `:${port}`}` : undefined;
}

/** Returns the findings of a running `npm start`. Filters them here, because its API does not filter. */
export function localRunSource(origin: string): FindingSource {
  return {
    name: origin,
    read: async (filter) => {
      const { account, region, findings, ownerTag, now } = await allPages(origin);
      const found = matching(findings, { ...(ownerTag !== undefined && { ownerTag }), ...filter });
      return { account, region, ...(now !== undefined && { now: new Date(now) }), ...found };
    },
    nodes: () => nodesOf(origin),
    triage: (updates, request) => writeLocalTriage(origin, updates, request),
  };
}

async function allPages(origin: string): Promise<Page> {
  const first = await fetchPage(origin);
  const findings = [...first.findings];
  const seen = new Set<string>();
  let { next } = first;
  while (next !== undefined) {
    if (seen.has(next)) throw new Error(`${origin} returned the page token ${JSON.stringify(next)} twice`);
    seen.add(next);
    const following = await fetchPage(origin, next);
    findings.push(...following.findings);
    next = following.next;
  }
  return { ...first, findings };
}

/** Reads one page of findings. @throws {Error} if the answer is not one of an embedded run */
async function fetchPage(origin: string, token?: string): Promise<Page> {
  const query = token === undefined ? "" : `?${new URLSearchParams({ token }).toString()}`;
  const url = `${origin}/api/asff${query}`;
  const response = await answerOf(url);
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}; expected 200`);
  const parsed = pageSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success)
    throw new Error(`${url} did not answer with a page of findings; give the address that npm start prints`);
  return parsed.data;
}

const overviewSchema = z.object({
  overview: z.object({ nodes: z.object({ compliant: z.number(), total: z.number() }).optional() }),
});

/** Reads how many nodes comply. A console over an account does not know. */
async function nodesOf(origin: string): Promise<NodeShare | undefined> {
  const response = await answerOf(`${origin}/api/overview`);
  return overviewSchema.safeParse(await response.json().catch(() => undefined)).data?.overview.nodes;
}
