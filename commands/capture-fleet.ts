import { InvalidArgumentError } from "commander";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failureKind } from "../functions/runtime/failure.ts";
import { chunks } from "../functions/runtime/chunks.ts";
import { isHybrid, isNodeId } from "../functions/work/node-reference.ts";
import { MAX_NODES } from "../functions/compliance/reading.ts";
import { printable, progressBar } from "../command-line/terminal.ts";
import { failureText, isBadCredentials, rateLimit } from "./account/client.ts";
import { counted } from "../contract/counted.ts";
import { JOURNAL_FILE, openJournal, requireFreeDirectory, type CaptureJournal } from "./capture-fleet/journal.ts";
import { capturedFiles, type Captured, type CapturedNode } from "./capture-fleet/captured-files.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./account/command.ts";
import { fleetSources, type FleetSources } from "./capture-fleet/fleet-sources.ts";
import { pseudonyms } from "./capture-fleet/redaction.ts";

/** What to capture, and where to. */
interface CaptureOptions {
  readonly region: string;
  readonly out: string;
  readonly redact: boolean;
}

interface Ports {
  readonly sources: FleetSources;
  readonly progress: (total: number) => { update(done: number): void; stop(): void };
  readonly print: (line: string) => void;
}

/**
 * Writes a Region's patch compliance data as a fleet directory. After an interruption, the same call continues and repeats
 * no finished read. The fleet's files appear when everything is read.
 *
 * @returns the number of nodes
 * @throws {Error} if the directory is in use, or if a required read fails
 * @example await captureFleet({ region: "eu-west-1", out: "fleet", redact: true }, ports);
 */
export async function captureFleet({ region, out, redact }: CaptureOptions, ports: Ports): Promise<number> {
  await requireFreeDirectory(out);
  const account = await ports.sources.account();
  const journal = await openJournal(out, region, account);
  if (journal.size > 0) ports.print(`continuing after ${counted(journal.size, "read")}`);
  try {
    const captured = { account, region, ...(await readAll(journal, ports)) };
    await writeFiles(out, capturedFiles(captured, redact ? pseudonyms() : undefined));
    await journal.remove();
    return captured.nodes.length;
  } catch (error) {
    ports.print(`kept ${counted(journal.size, "read")} in ${resumeHint(out, redact)}`);
    throw error;
  }
}

/** Returns where an interrupted capture is kept, and how to continue it. */
function resumeHint(out: string, redact: boolean): string {
  return `${join(out, JOURNAL_FILE)}${redact ? ", not redacted yet" : ""}; run the same command again to continue`;
}

async function readAll(journal: CaptureJournal, ports: Ports): Promise<Omit<Captured, "account" | "region">> {
  const { sources } = ports;
  const listed = distinctNodes(await journal.once("nodes", () => sources.nodes()));
  const all = await journal.once("summaries", () => sources.summaries());
  const summaries = all.filter(({ ResourceId }) => isNodeId(ResourceId));
  const findings = await optional("findings.json", ports, () => journal.once("findings", () => sources.findings()));
  const listedIds = new Set(listed.flatMap(({ InstanceId }) => InstanceId ?? []));
  const ids = new Set([
    ...listedIds,
    ...summaries.flatMap(({ ResourceId }) => ResourceId ?? []),
    ...resourceIdsOf(findings),
  ]);
  const nodeIds = [...ids].filter(isNodeId);
  const unlisted = nodeIds.filter((nodeId) => !listedIds.has(nodeId) && !isHybrid(nodeId));
  const instances = await optional("describe-instances.json", ports, () => readInstances(unlisted, journal, sources));
  const nodes = await readNodes(nodeIds, journal, ports);
  return { listed, summaries, nodes, ...(findings && { findings }), ...(instances && { instances }) };
}

/** Drops duplicates and entries that are not nodes. A node that registers during the reading can be on two pages. */
function distinctNodes<Node extends { InstanceId?: string | undefined }>(nodes: readonly Node[]): Node[] {
  const known = new Map(nodes.map((node) => [node.InstanceId, node]));
  return [...known.values()].filter(({ InstanceId }) => isNodeId(InstanceId));
}

/** Returns the resource ids in our findings. The program also checks these nodes if Systems Manager lists them no more. */
function resourceIdsOf(
  findings: readonly { Resources?: readonly { Id?: string | undefined }[] | undefined }[] = [],
): string[] {
  return findings.flatMap(({ Resources = [] }) => Resources.flatMap(({ Id }) => Id?.split("/").at(-1) ?? []));
}

async function readNodes(
  nodeIds: readonly string[],
  journal: CaptureJournal,
  { sources, progress }: Ports,
): Promise<CapturedNode[]> {
  const nodes: CapturedNode[] = [];
  const bar = progress(nodeIds.length);
  try {
    for (const some of chunks(nodeIds, MAX_NODES)) {
      // Reads a node's state and its rows together, so that both are from about the same time.
      const missing = some.filter((nodeId) => !journal.has(`node ${nodeId}`));
      const states = missing.length === 0 ? [] : await sources.patchStates(missing);
      for (const nodeId of some) {
        const node = await journal.once(`node ${nodeId}`, async () => {
          const state = states.find(({ InstanceId }) => InstanceId === nodeId);
          return { state: state ?? null, ...(await sources.patchRows(nodeId, state !== undefined)) };
        });
        nodes.push(node);
        bar.update(nodes.length);
      }
    }
  } finally {
    bar.stop();
  }
  return nodes;
}

async function readInstances(instanceIds: readonly string[], journal: CaptureJournal, sources: FleetSources) {
  if (instanceIds.length === 0) return undefined;
  const states = await journal.once("instances", async () => [...(await sources.instanceStates(instanceIds))]);
  return states.map(([InstanceId, Name]) => ({ Instances: [{ InstanceId, State: { Name } }] }));
}

/** Reads an optional file. If AWS denies the read or the service is not enabled, prints that and returns undefined. */
async function optional<Value>(file: string, { print }: Ports, read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    print(printable(`without ${file}: ${failureText(error)}`));
    return undefined;
  }
}

function isRefusal(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // DescribeHub answers ResourceNotFoundException if Security Hub is not enabled.
    const isRefused = failureKind(cause) === "denied" || cause.name === "ResourceNotFoundException";
    if (isRefused) return !isBadCredentials(cause);
  }
  return false;
}

/** Writes each file completely or not at all. The required file comes last and marks the fleet as complete. */
async function writeFiles(out: string, files: ReadonlyMap<string, unknown>): Promise<void> {
  for (const [name, content] of files) {
    const path = join(out, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.part`, `${JSON.stringify(content, null, 1)}\n`);
    await rename(`${path}.part`, path);
  }
}

/** Calls per second. Systems Manager's reads share one small, unpublished quota with everything else in the account. */
const DEFAULT_RATE = 5;
const MAX_RATE = 100;

function rate(text: string): number {
  const calls = /^\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (calls > 0 && calls <= MAX_RATE) return calls;
  throw new InvalidArgumentError(`Allowed: calls per second, more than 0 and at most ${MAX_RATE}.`);
}

const NEEDS =
  "The credentials must be allowed ssm:DescribeInstanceInformation, ssm:DescribeInstancePatchStates, " +
  "ssm:ListComplianceItems, ssm:ListResourceComplianceSummaries and ssm:ListInventoryEntries; for findings " +
  "and terminated instances also securityhub:DescribeHub, securityhub:GetFindings and ec2:DescribeInstances.";

/** Exit code of a process that Ctrl-C ended, as shells report it: 128 + SIGINT. */
const INTERRUPTED = 130;

async function main(): Promise<number> {
  const { rate: perSecond, ...options } = regionCommand(
    "capture-fleet",
    "Writes a real Region's patch compliance data as files for npm start -- --fleet. Only reads from AWS.",
    ["--region eu-west-1 --out my-fleet", "--region eu-west-1 --out my-fleet --redact"],
  )
    .requiredOption("--out <dir>", "directory to write: new, empty, or with an interrupted capture")
    .option("--redact", "replace node ids, account, names, addresses and patch groups", false)
    .option("--rate <calls>", "API calls per second", rate, DEFAULT_RATE)
    .parse()
    .opts<CaptureOptions & { rate: number }>();
  process.once("SIGINT", () => {
    // Starts a new line below the progress bar.
    if (process.stdout.isTTY) console.log();
    const kept = existsSync(join(options.out, JOURNAL_FILE));
    console.error(
      kept ? `interrupted; kept the finished reads in ${resumeHint(options.out, options.redact)}` : "interrupted",
    );
    process.exit(INTERRUPTED);
  });
  const sources = fleetSources({ ...CLIENT_SETTINGS, region: options.region }, rateLimit(perSecond));
  return exitCodeOf(`the fleet of ${options.region} was not captured`, NEEDS, async () => {
    const nodes = await captureFleet(options, { sources, progress: progressBar, print: (line) => console.log(line) });
    console.log(
      `wrote ${counted(nodes, "node")} to ${options.out}; try: npm start -- --once --plan --fleet ${options.out}`,
    );
    return 0;
  });
}

if (import.meta.main) process.exitCode = await main();
