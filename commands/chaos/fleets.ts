/** Creates the fleets and events of a run's two phases. */
import { defaultEvents } from "../../local/fleet/default-events.ts";
import type { Fleet } from "../../local/fleet/fleet.ts";
import { afterOperation } from "../../local/services/systems-manager/patching.ts";
import { uuidOf } from "../../local/fleet/stable-id.ts";
import { synthesizeFleet } from "../../local/fleet/synthetic-fleet.ts";
import { Random } from "./random.ts";

/** The data in Systems Manager and EC2 during one phase, and the events of the phase. */
export interface Scene {
  readonly fleet: Fleet;
  readonly events: readonly object[];
}

const FEWEST_NODES = 100;
const MOST_NODES = 500;

const HOUR_MS = 3_600_000;

/** Changes of a node between the two phases. */
const FATES = [
  { weight: 30, fate: "patched" },
  { weight: 25, fate: "scanned" },
  { weight: 3, fate: "terminated" },
  { weight: 42, fate: "same" },
] as const;
type Fate = (typeof FATES)[number]["fate"];

/**
 * Returns the two phases of a fleet of 100 to 500 nodes. Small fleets are more likely.
 *
 * @param now no operation ends later
 */
export function scenesOf(seed: string, now: Date): readonly [Scene, Scene] {
  const random = new Random(`${seed} fleet`);
  const nodes = FEWEST_NODES + Math.floor((MOST_NODES - FEWEST_NODES) * random.next() ** 2);
  const made = (hours: number) =>
    synthesizeFleet({
      nodes,
      seed: random.integer(0, 2 ** 32 - 1),
      now: () => new Date(now.getTime() - hours * HOUR_MS),
    });
  // A fleet's operations end within the day before its time. All operations of the second fleet end after those of the first.
  const whole = made(27);
  const later = made(2);
  const first = withInstances(
    withoutData(whole, (nodeId) => isUnscanned(nodeId, seed)),
    new Set(),
  );
  const fates = new Map(first.nodes.map(({ InstanceId }) => [InstanceId, fateOf(InstanceId, random)]));
  const second = secondFleet(first, later, fates, now);
  const firstEvents = defaultEvents(first, { now: () => now }).events;
  return [
    { fleet: first, events: firstEvents },
    { fleet: second, events: secondEvents(second, firstEvents, fates, now, random) },
  ];
}

const isUnscanned = (nodeId: string, seed: string): boolean => new Random(`${seed} scan of ${nodeId}`).chance(0.06);

function fateOf(nodeId: string, random: Random): Fate {
  const { fate } = random.weighted(FATES);
  return fate === "terminated" && nodeId.startsWith("mi-") ? "same" : fate;
}

function secondFleet(first: Fleet, later: Fleet, fates: ReadonlyMap<string, Fate>, now: Date): Fleet {
  const byNode = new Map(partsOf(first));
  const donors = partsOf(later).map(([, part]) => part);
  const parts = [...byNode].flatMap(([nodeId, part], index) => {
    const fate = fates.get(nodeId);
    if (fate === "terminated") return [];
    if (fate === "patched" && hasData(part)) return [patched(part, nodeId, now)];
    return [fate === "scanned" ? scannedAs(part, nodeId, donors[index] ?? part) : part];
  });
  const whole: Fleet = {
    ...first,
    nodes: parts.flatMap((part) => part.nodes),
    patchStates: parts.flatMap((part) => part.patchStates),
    complianceItems: parts.flatMap((part) => part.complianceItems),
    complianceSummaries: parts.flatMap((part) => part.complianceSummaries),
  };
  const terminated = [...fates].filter(([, fate]) => fate === "terminated").map(([nodeId]) => nodeId);
  return withInstances(whole, new Set(terminated));
}

/** Installs all missing patches. On one node in ten a package fails. */
function patched(part: Fleet, nodeId: string, now: Date): Fleet {
  const end = new Date(now.getTime() - HOUR_MS);
  const start = new Date(end.getTime() - 60_000);
  const fails = new Random(`installation on ${nodeId}`).chance(0.1);
  const snapshotId = uuidOf(`installation on ${nodeId}`);
  return afterOperation(part, nodeId, {
    type: "Install",
    start,
    end,
    snapshotId,
    rebootOption: "RebootIfNeeded",
    fails,
  });
}

/** Replaces a node's data with a later scan, copied from a node of another fleet. */
function scannedAs(part: Fleet, nodeId: string, donor: Fleet): Fleet {
  const hybrid = nodeId.startsWith("mi-");
  const isHostManagement = donor.patchStates.length === 0;
  // Host management covers only EC2 instances.
  if (hybrid && isHostManagement) return part;
  return {
    ...part,
    patchStates: donor.patchStates.map((state) => ({ ...state, InstanceId: nodeId })),
    complianceItems: donor.complianceItems.map((item) => ({ ...item, ResourceId: nodeId })),
    complianceSummaries: donor.complianceSummaries.map((summary) => ({ ...summary, ResourceId: nodeId })),
  };
}

/** Returns events for changed nodes, for some unchanged nodes, and some late, stale events of the first phase. */
function secondEvents(
  second: Fleet,
  firstEvents: readonly object[],
  fates: ReadonlyMap<string, Fate>,
  now: Date,
  random: Random,
): object[] {
  const fresh = defaultEvents(second, { now: () => now }).events.filter(
    (event) => fates.get(nodeOf(event)) !== "same" || random.chance(0.4),
  );
  const inPlace = placesOf(second);
  const stale = firstEvents.filter((event) => inPlace.has(placeOf(event)) && random.chance(0.1));
  return [...fresh, ...stale];
}

/**
 * Returns the node and compliance type in which an event's run stores its data. In these fleets a later scan of the other
 * type replaces the data, while Systems Manager keeps both. A late event must not wait for data that no longer exists, or
 * the order of events would decide the result.
 */
const placeOf = (event: object): string =>
  `${nodeOf(event)} ${(event as { "detail-type"?: string })["detail-type"]?.includes("Association") === true ? "Association" : "Patch"}`;

function placesOf({ patchStates, complianceItems }: Fleet): Set<string> {
  const associations = complianceItems.filter(({ ComplianceType }) => ComplianceType === "Association");
  return new Set([
    ...patchStates.map(({ InstanceId }) => `${InstanceId} Patch`),
    ...associations.map(({ ResourceId }) => `${ResourceId} Association`),
  ]);
}

function nodeOf(event: object): string {
  const { detail } = event as { readonly detail?: { readonly "instance-id"?: string } };
  return detail?.["instance-id"] ?? "";
}

const hasData = (part: Fleet): boolean => part.patchStates.length + part.complianceItems.length > 0;

function withoutData(fleet: Fleet, isWithout: (nodeId: string) => boolean): Fleet {
  return {
    ...fleet,
    patchStates: fleet.patchStates.filter(({ InstanceId }) => !isWithout(InstanceId)),
    complianceItems: fleet.complianceItems.filter(({ ResourceId }) => !isWithout(ResourceId)),
    complianceSummaries: fleet.complianceSummaries.filter(({ ResourceId }) => !isWithout(ResourceId)),
  };
}

/** Adds the EC2 states: all instances are running except the terminated ones. */
function withInstances(fleet: Fleet, terminated: ReadonlySet<string>): Fleet {
  const running = fleet.nodes.map(({ InstanceId }) => InstanceId).filter((nodeId) => !nodeId.startsWith("mi-"));
  const instance = (name: string) => (InstanceId: string) => ({ InstanceId, State: { Name: name } });
  return { ...fleet, instances: [...running.map(instance("running")), ...[...terminated].map(instance("terminated"))] };
}

/** Splits a fleet into one fleet per node. */
function partsOf(fleet: Fleet): [string, Fleet][] {
  const states = Map.groupBy(fleet.patchStates, ({ InstanceId }) => InstanceId);
  const items = Map.groupBy(fleet.complianceItems, ({ ResourceId }) => ResourceId);
  const summaries = Map.groupBy(fleet.complianceSummaries, ({ ResourceId }) => ResourceId);
  return fleet.nodes.map((node) => {
    const { InstanceId: nodeId } = node;
    const part = {
      ...fleet,
      nodes: [node],
      patchStates: states.get(nodeId) ?? [],
      complianceItems: items.get(nodeId) ?? [],
      complianceSummaries: summaries.get(nodeId) ?? [],
    };
    return [nodeId, part];
  });
}
