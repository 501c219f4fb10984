import type { ComplianceItem, Fleet, InstanceInformation, PatchState } from "./fleet.ts";
import { emptyFleet } from "./fleet.ts";
import { hexOf, uuidOf } from "./stable-id.ts";
import type { Platform } from "./synthetic-packages.ts";
import { PLATFORMS } from "./synthetic-packages.ts";
import type { Row, Run } from "./synthetic-rows.ts";
import { associationRow, LEVELS, NONCOMPLIANT, patchRow, stateOf, summaryOf } from "./synthetic-rows.ts";

/** The parameters of a synthetic fleet. */
interface SynthesisOptions {
  /** Number of nodes. */
  readonly nodes: number;
  /** The same values of nodes, seed and now give the same fleet. */
  readonly seed: number;
  /** The runs ended within the day before this time. */
  readonly now: () => Date;
  /** The exact share of noncompliant nodes, rounded down to whole nodes. Default: about 30 %, left to chance. */
  readonly noncompliantShare?: number;
  /** Whether an installation fixes every noncompliant package. Default: some are rejected by the baseline. */
  readonly installable?: boolean;
  /** Whether host management covers some of the EC2 instances. Default true. */
  readonly hostManagement?: boolean;
  /** The least number of packages per node. Further packages are installed and compliant. Default: a few. */
  readonly rows?: number;
}

/**
 * Generates a fleet in which every node was scanned and can be evaluated. About 30 % are noncompliant, 10 % are hybrid,
 * and some are covered by a patch policy or by host management.
 */
export function synthesizeFleet(options: SynthesisOptions): Fleet {
  const random = randomNumbers(options.seed);
  const noncompliant = noncompliantNodes(options);
  const made = Array.from({ length: options.nodes }, (_, index) =>
    synthesizeNode(index, options, random, noncompliant?.has(index)),
  );
  return {
    ...emptyFleet("123456789012", "eu-west-1"),
    nodes: made.map(({ node }) => node),
    patchStates: made.flatMap(({ state }) => state),
    complianceItems: made.flatMap(({ items }) => items),
    complianceSummaries: made.map(({ items }) => summaryOf(items)).filter((summary) => summary !== undefined),
  };
}

interface MadeNode {
  readonly node: InstanceInformation;
  /** Empty for host management, which writes no patch state. */
  readonly state: readonly PatchState[];
  readonly items: readonly ComplianceItem[];
}

const DAY = 86_400_000;

/** Chooses the noncompliant nodes, or returns undefined if each node is left to chance. */
function noncompliantNodes({ nodes, seed, noncompliantShare }: SynthesisOptions): ReadonlySet<number> | undefined {
  if (noncompliantShare === undefined) return undefined;
  const rank = (index: number) => hexOf(`${seed} rank ${index}`);
  const ranked = Array.from({ length: nodes }, (_, index) => ({ index, rank: rank(index) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return new Set(ranked.slice(0, Math.floor(nodes * noncompliantShare)).map(({ index }) => index));
}

function synthesizeNode(
  index: number,
  { seed, now, hostManagement = true, installable = false, rows = 0 }: SynthesisOptions,
  random: () => number,
  noncompliant?: boolean,
): MadeNode {
  const today = now().getTime();
  const hybrid = random() < 0.1;
  const platform = pick(PLATFORMS, random);
  const nodeId = nodeIdOf(index, seed, hybrid);
  const mechanism = random();
  const start = new Date(today - DAY + Math.floor(random() * (DAY - 600_000)));
  const run: Run = {
    nodeId,
    id: uuidOf(`${seed} run ${index}`),
    start,
    end: new Date(start.getTime() + 20_000 + Math.floor(random() * 300_000)),
    baselineId: `pb-0${hexOf(`${seed} baseline ${mechanism < 0.2 ? index : platform.name}`).slice(0, 16)}`,
    type: mechanism < 0.2 ? "PatchPolicy" : "Command",
    packages: padded(packagesOf(platform, noncompliant ?? random() < 0.3, installable, random), rows),
  };
  const node = informationOf(nodeId, index, platform, hybrid, new Date(today));
  // Host management exists for EC2 instances only.
  if (hostManagement && mechanism > 0.9 && !hybrid) return { node, state: [], items: [associationRow(run)] };
  return { node, state: [stateOf(run)], items: run.packages.map((row) => patchRow(run, row)) };
}

function packagesOf(platform: Platform, noncompliant: boolean, installable: boolean, random: () => number): Row[] {
  const states = installable ? NONCOMPLIANT.filter((state) => state !== "InstalledRejected") : NONCOMPLIANT;
  const bad = noncompliant ? 1 + Math.floor(random() * 3) : 0;
  return platform.packages.map((patched, place) => ({
    ...patched,
    state: place < bad ? pick(states, random) : "Installed",
    level: pick(LEVELS, random),
  }));
}

function padded(packages: readonly Row[], rows: number): Row[] {
  const more = Array.from({ length: Math.max(0, rows - packages.length) }, (_, index): Row => {
    const id = `package-${index}.x86_64`;
    const severity = "Low";
    return { id, title: id, classification: "Security", severity, cves: "", state: "Installed", level: "UNSPECIFIED" };
  });
  return [...packages, ...more];
}

function informationOf(
  nodeId: string,
  index: number,
  platform: Platform,
  hybrid: boolean,
  now: Date,
): InstanceInformation {
  return {
    InstanceId: nodeId,
    PingStatus: "Online",
    LastPingDateTime: now,
    AgentVersion: "3.3.3050.0",
    PlatformType: platform.type,
    PlatformName: platform.name,
    PlatformVersion: platform.version,
    ResourceType: hybrid ? "ManagedInstance" : "EC2Instance",
    IPAddress: `10.${Math.floor(index / 65_536)}.${Math.floor(index / 256) % 256}.${index % 256}`,
    ComputerName: `node-${index}.example.com`,
    SourceType: hybrid ? "AWS::SSM::ManagedInstance" : "AWS::EC2::Instance",
  };
}

/** Generates a node id. It contains the index, so no two are equal. */
function nodeIdOf(index: number, seed: number, hybrid: boolean): string {
  const digits = `0${hexOf(`${seed} node ${index}`).slice(0, 10)}${index.toString(16).padStart(6, "0")}`;
  return hybrid ? `mi-${digits}` : `i-${digits}`;
}

function pick<Item>(list: readonly [Item, ...Item[]] | readonly Item[], random: () => number): Item {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new Error("an empty list has no item to pick");
  return item;
}

/** Returns a generator (Mulberry32) of numbers from 0 to 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
