import * as z from "zod";
import { entries, type FindingSource, type Found } from "./source.ts";
import { fits } from "./filter.ts";

const page = z.object({
  account: z.string(),
  region: z.string(),
  findings: z.array(z.looseObject({})),
  next: z.string().optional(),
});
type Page = z.infer<typeof page>;

const TIMEOUT_MS = 30_000;

/** @returns the origin of an embedded run on this machine; undefined where `text` is anything else */
export function localOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  const local = hostname === "127.0.0.1" || hostname === "localhost";
  const bare = pathname === "/" && [username, password, search, hash].every((part) => part === "");
  // Never by name: what "localhost" means is for the machine's resolver to say.
  return protocol === "http:" && local && bare ? `http://127.0.0.1${port === "" ? "" : `:${port}`}` : undefined;
}

/** A running embedded run (`npm start`); what it holds is filtered here, by the same rules. */
export function localRunSource(origin: string): FindingSource {
  return {
    name: origin,
    read: async (filter) => {
      const { account, region, findings } = await allPages(origin);
      const found: Found = { account, region, entries: entries(findings).filter(({ view }) => fits(view, filter)) };
      return found;
    },
  };
}

async function allPages(origin: string): Promise<Page> {
  const first = await fetchPage(origin);
  const findings = [...first.findings];
  const seen = new Set<string>();
  let { next } = first;
  while (next !== undefined) {
    if (seen.has(next)) throw new Error(`${origin} gives the token ${JSON.stringify(next)} twice`);
    seen.add(next);
    const following = await fetchPage(origin, next);
    findings.push(...following.findings);
    next = following.next;
  }
  return { ...first, findings };
}

/** @throws where the answer is not one of an embedded run */
async function fetchPage(origin: string, token?: string): Promise<Page> {
  const query = token === undefined ? "" : `?${new URLSearchParams({ token }).toString()}`;
  const url = `${origin}/api/asff${query}`;
  const response = await answer(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const parsed = page.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new Error(`${url} answers something that is no page of findings`);
  return parsed.data;
}

async function answer(url: string): Promise<Response> {
  try {
    return await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const why = cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
    throw new Error(`${url} does not answer: ${why}; a running npm start prints its address`, { cause: error });
  }
}
