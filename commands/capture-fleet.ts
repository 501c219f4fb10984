import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pThrottle from "p-throttle";
import { describeFailure } from "../functions/aws/failure.ts";
import { chunks } from "../functions/domain/chunks.ts";
import { printable, progressBar } from "../local/terminal.ts";
import { openJournal, type CaptureJournal } from "./capture-journal.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./command-line.ts";
import { fleetSources, type FleetSources } from "./fleet-sources.ts";
import { redactor } from "./redaction.ts";

export interface CaptureOptions {
  readonly region: string;
  readonly out: string;
  readonly redact: boolean;
}

interface Ports {
  readonly sources: FleetSources;
  readonly progress: (total: number) => { update(done: number): void; stop(): void };
  readonly print: (line: string) => void;
}

/** Calls a second: Systems Manager's reads share one small quota with everything else in the account. */
const RATE = { limit: 5, interval: 1_000 } as const;
const IDS_PER_CALL = 50;

/** Writes a Region's patch compliance data as a fleet directory; @returns the number of managed nodes. */
export async function captureFleet({ region, out, redact }: CaptureOptions, ports: Ports): Promise<number> {
  const { sources, print } = ports;
  const journal = await openJournal(out, region, redact);
  const clean = redact ? redactor(journal.key) : <Value>(value: Value): Value => value;
  if (journal.nodes.size > 0) print(`going on after ${journal.nodes.size} nodes`);
  const account = await sources.account();
  const nodes = await sources.nodes();
  const nodeIds = nodes.flatMap(({ InstanceId }) => InstanceId ?? []);
  const states = [];
  for (const some of chunks(nodeIds, IDS_PER_CALL)) states.push(...(await sources.patchStates(some)));
  const withState = new Set(states.flatMap(({ InstanceId }) => InstanceId ?? []));
  await readNodes(nodeIds, withState, journal, clean, ports);
  const captured = nodeIds.map((nodeId) => journal.nodes.get(clean(nodeId)) ?? { items: [], inventory: [] });
  const files: Record<string, unknown> = {
    account: { AccountId: account, Region: region },
    "describe-instance-information": { InstanceInformationList: nodes },
    "describe-instance-patch-states": { InstancePatchStates: states },
    "list-resource-compliance-summaries": { ResourceComplianceSummaryItems: await sources.summaries() },
    ...(await findingsFile(ports)),
  };
  for (const [name, content] of Object.entries(files)) await writeJson(join(out, `${name}.json`), clean(content));
  await writeJson(join(out, "list-compliance-items.json"), { ComplianceItems: captured.flatMap(({ items }) => items) });
  await writeInventory(out, captured.flatMap(({ inventory }) => inventory) as Inventory[]);
  await journal.remove();
  return nodeIds.length;
}

async function readNodes(
  nodeIds: readonly string[],
  withState: ReadonlySet<string>,
  journal: CaptureJournal,
  clean: <Value>(value: Value) => Value,
  { sources, progress }: Ports,
): Promise<void> {
  const bar = progress(nodeIds.length);
  try {
    for (const [done, nodeId] of nodeIds.entries()) {
      bar.update(done);
      if (journal.nodes.has(clean(nodeId))) continue;
      const items = await sources.complianceItems(nodeId, withState.has(nodeId));
      const inventory = items.length > 0 || withState.has(nodeId) ? [] : await sources.inventory(nodeId);
      await journal.add(clean(nodeId), { items: clean(items), inventory: clean(inventory) });
    }
  } finally {
    bar.stop();
  }
}

/** Without Security Hub there is a fleet all the same. */
async function findingsFile({ sources, print }: Ports): Promise<{ findings?: object }> {
  try {
    return { findings: { Findings: await sources.findings() } };
  } catch (error) {
    print(printable(`without the program's findings: ${describeFailure(error)}`));
    return {};
  }
}

interface Inventory {
  readonly InstanceId: string;
  readonly TypeName: string;
}

async function writeInventory(out: string, all: readonly Inventory[]): Promise<void> {
  const directory = join(out, "list-inventory-entries");
  if (all.length > 0) await mkdir(directory, { recursive: true });
  for (const entries of all) {
    await writeJson(join(directory, `${entries.InstanceId}.${entries.TypeName.replace(":", ".")}.json`), entries);
  }
}

function writeJson(path: string, content: unknown): Promise<void> {
  return writeFile(path, `${JSON.stringify(content, null, 1)}\n`);
}

const NEEDS =
  "It needs credentials that may use sts:GetCallerIdentity, ssm:DescribeInstanceInformation, DescribeInstancePatchStates, " +
  "ListComplianceItems, ListResourceComplianceSummaries and ListInventoryEntries, and for the findings " +
  "securityhub:DescribeHub and GetFindings. What was read is kept: the same command goes on where this one ended.";

async function main(): Promise<number> {
  const options = regionCommand(
    "capture-fleet",
    "Writes a real Region's patch compliance data as files for npm start -- --fleet. Reads only.",
  )
    .requiredOption("--out <dir>", "directory to write")
    .option("--redact", "replace node ids, account, names, addresses and patch groups by others", false)
    .parse()
    .opts<CaptureOptions>();
  const settings = { ...CLIENT_SETTINGS, region: options.region };
  const clients = { ssm: new SSMClient(settings), sts: new STSClient(settings), hub: new SecurityHubClient(settings) };
  const turn = pThrottle(RATE)(() => Promise.resolve());
  const sources = fleetSources(clients, async (call) => {
    await turn();
    return call();
  });
  return exitCodeOf(`the fleet of ${options.region} was not captured`, NEEDS, async () => {
    const nodes = await captureFleet(options, { sources, progress: progressBar, print: (line) => console.log(line) });
    console.log(
      `${nodes} managed nodes written to ${options.out}; try npm start -- --once --plan --fleet ${options.out}`,
    );
    return 0;
  });
}

if (import.meta.main) process.exitCode = await main();
