import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import * as z from "zod";

const FILE = "capture-journal.ndjson";

const headerSchema = z.object({ region: z.string(), redact: z.boolean(), key: z.string() });
const nodeSchema = z.object({ node: z.string(), items: z.array(z.unknown()), inventory: z.array(z.unknown()) });

/** How far a capture has come: one line for each node, so that what breaks off can go on. */
export interface CaptureJournal {
  /** Key of the redaction; the same for the whole capture, and gone with the journal. */
  readonly key: string;
  /** What is there of each node, by its id in AWS made unreadable by the key. */
  readonly nodes: ReadonlyMap<string, CapturedNode>;
  add(node: string, captured: CapturedNode): Promise<void>;
  remove(): Promise<void>;
}

export interface CapturedNode {
  readonly items: readonly unknown[];
  readonly inventory: readonly unknown[];
}

/** @throws where the directory holds a capture of something else */
export async function openJournal(directory: string, region: string, redact: boolean): Promise<CaptureJournal> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, FILE);
  const [first, ...rest] = await linesOf(path);
  const begun = headerSchema.safeParse(first);
  const header = begun.success ? begun.data : { region, redact, key: randomBytes(32).toString("hex") };
  if (header.region !== region || header.redact !== redact) {
    throw new Error(
      `${path} is of a capture of ${header.region} ${header.redact ? "with" : "without"} --redact; ` +
        "go on with the same options, or give another --out",
    );
  }
  const nodes = new Map<string, CapturedNode>();
  for (const line of rest) {
    const parsed = nodeSchema.safeParse(line);
    if (parsed.success) nodes.set(parsed.data.node, parsed.data);
  }
  // Written anew: a line that was cut off would spoil the next one.
  const kept = [...nodes].map(([node, { items, inventory }]) => ({ node, items, inventory }));
  await writeFile(path, [header, ...kept].map((line) => `${JSON.stringify(line)}\n`).join(""), { mode: 0o600 });
  return {
    key: header.key,
    nodes,
    add: async (node, captured) => {
      nodes.set(node, captured);
      await appendFile(path, `${JSON.stringify({ node, ...captured })}\n`);
    },
    remove: () => rm(path, { force: true }),
  };
}

async function linesOf(path: string): Promise<unknown[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
