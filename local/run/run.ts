import { join } from "node:path";
import type { CapturedResource } from "../program/captured-resource.ts";
import { startCloud, type Cloud } from "./cloud.ts";
import type { CloudOptions } from "./cloud-options.ts";
import { readConfigFile, textSetting, withSetting, type StackConfig } from "../program/config-file.ts";
import { defaultEvents } from "../fleet/default-events.ts";
import { Ec2 } from "../services/ec2/ec2.ts";
import { compilePattern } from "../services/event-bridge/event-pattern.ts";
import { readEventsFile } from "./events-file.ts";
import { FaultPlan, outageRule, readFaults, type FaultRule } from "../gateway/faults.ts";
import { loadFleet } from "../fleet/fleet-file.ts";
import { NODE_ID } from "../fleet/fleet-records.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { Gateway } from "../gateway/gateway.ts";
import { captureGraph } from "../program/graph.ts";
import type { Options } from "./options.ts";
import { partitionOf } from "../program/partition.ts";
import { programParts, type ProgramParts } from "../program/program-parts.ts";
import { runControls, type RunControls } from "./run-controls.ts";
import { ResourceTags } from "../services/resource-tags/resource-tags.ts";
import { SecurityHub } from "../services/security-hub/security-hub.ts";
import { SystemsManager } from "../services/systems-manager/systems-manager.ts";
import { withRegion } from "../program/stack-regions.ts";
import type { StandIn } from "../gateway/stand-in.ts";
import { synthesizeFleet } from "../fleet/synthetic-fleet.ts";

const SAMPLE_FLEET = join(import.meta.dirname, "..", "sample-fleet");

/** A run without `--once` is inspected in the console. This many executions show the payloads of their states. */
const SHOWN_PAYLOADS = 20;

type Settings = Readonly<Record<string, unknown>>;

/** A running program and its inputs. */
export interface Run {
  readonly cloud: Cloud;
  /** The fleet at the start of the run. {@link ssm} has its current state. */
  readonly fleet: Fleet;
  readonly ssm: SystemsManager;
  readonly hub: SecurityHub;
  readonly program: ProgramParts;
  /** The key of the tag that names the owner of a node. */
  readonly ownerTag?: string;
  readonly options: Options;
  /** The events in the order in which they are put on the bus. */
  readonly events: readonly object[];
  /** Nodes that a matched event names. At the end each of them must have a result. */
  readonly expected: ReadonlySet<string>;
  /** Number of events that no rule matches. They name no node. */
  readonly unmatched: number;
  readonly neverScanned: readonly string[];
  /** The longest duration of a planned fault, in milliseconds of the program's time. */
  readonly longestFaultMs: number;
  /** Returns the number of injected faults, by operation and kind. */
  readonly injectedFaults: () => Readonly<Record<string, number>>;
  readonly controls: RunControls;
  /** Puts the events on the bus, then runs the last task of each maintenance window in the fleet. */
  sendEvents(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Captures the Pulumi program and starts it on this machine.
 * @param settings replace those of the settings file
 * @throws {InputError} for any invalid input
 */
export async function startRun(options: Options, settings: Settings = {}): Promise<Run> {
  const now = () => new Date();
  const fleet = await readFleet(options, now);
  const { events, neverScanned } = await readEvents(options, fleet, now);
  const config = await configOf(options, fleet.region, settings);
  const faultRules = await faultRulesOf(options);
  const gateway = await Gateway.listen();
  const resources = await captureFor(gateway, config, fleet.account);
  const ssm = new SystemsManager(fleet);
  const hub = hubOf(fleet, now);
  const faults = new FaultPlan(faultRules, () => Date.now());
  const program = programParts(resources, fleet.region);
  const cloud = await startCloud({
    resources,
    gateway,
    services: servicesIn(fleet, { ssm, securityhub: hub }),
    // With `--once` the sweep runs only on request, never on its schedule.
    schedules: (rule) => !options.once || rule !== program.sweepSchedule,
    faults,
    pace: options.once ? Infinity : options.timeScale,
    now,
    keepPayloads: options.once ? 0 : SHOWN_PAYLOADS,
  });
  hub.sendEventsTo((event) => cloud.emit(event, fleet.region));
  return {
    cloud,
    fleet,
    ssm,
    hub,
    program,
    options,
    events,
    ...matching(resources, events),
    neverScanned,
    ...factsOf(config, faultRules, faults),
    controls: runControls({ cloud, ssm, faults, program, now }),
    sendEvents: async () => {
      await sendEvents(cloud, ssm, fleet, events);
      for (const id of windowExecutions(fleet)) cloud.runWindowTasks(id);
    },
    close: async () => {
      ssm.close();
      await cloud.close();
    },
  };
}

function hubOf({ account, region, findings, tags }: Fleet, now: () => Date): SecurityHub {
  return new SecurityHub({ partition: partitionOf(region), account, region, now, findings: [...findings], tags });
}

function factsOf(
  config: StackConfig,
  rules: readonly FaultRule[],
  plan: FaultPlan,
): Pick<Run, "ownerTag" | "longestFaultMs" | "injectedFaults"> {
  const ownerTag = textSetting(config, "ownerTag");
  return {
    ...(ownerTag !== undefined && { ownerTag }),
    longestFaultMs: Math.max(0, ...rules.map(durationOf)),
    injectedFaults: () => plan.injected,
  };
}

/**
 * The longest that a fault lasts, in milliseconds. A fault of so many calls can need as many runs of redrive, whose
 * interval is 5 minutes by default. More than a day is not waited for.
 */
function durationOf({ seconds, count = 0 }: FaultRule): number {
  return seconds === undefined ? Math.min(count * 5 * 60_000, 24 * 60 * 60_000) : seconds * 1000;
}

function servicesIn(fleet: Fleet, standIns: Readonly<Record<string, StandIn>>): CloudOptions["services"] {
  const all = { ...standIns, ec2: new Ec2(fleet.instances), tag: new ResourceTags(fleet) };
  return Object.fromEntries(Object.entries(all).map(([service, each]) => [service, new Map([[fleet.region, each]])]));
}

async function captureFor(gateway: Gateway, config: StackConfig, account: string): Promise<CapturedResource[]> {
  try {
    return await captureGraph({ config, account, queueUrl: gateway.queueUrl });
  } catch (error) {
    await gateway.close();
    throw error;
  }
}

async function configOf({ config, plan }: Options, region: string, settings: Settings): Promise<StackConfig> {
  const stack = withRegion(await readConfigFile(config), region);
  const changed = Object.entries({ ...settings, ...(plan && { planOnly: true }) });
  return changed.reduce((all, [setting, value]) => withSetting(all, setting, value), stack);
}

/** Reads the fault rules. Their seconds are at the time scale of the run, with `--once` too. */
async function faultRulesOf({ outage, faults, timeScale }: Options): Promise<FaultRule[]> {
  const rules = [
    ...(outage === undefined ? [] : [outageRule(outage)]),
    ...(faults === undefined ? [] : await readFaults(faults)),
  ];
  return rules.map(({ seconds, ...rule }) => ({ ...rule, ...(seconds && { seconds: seconds * timeScale }) }));
}

function readFleet({ nodes, seed, fleet }: Options, now: () => Date): Promise<Fleet> | Fleet {
  return nodes === undefined ? loadFleet(fleet ?? SAMPLE_FLEET) : synthesizeFleet({ nodes, seed, now });
}

async function readEvents(options: Options, fleet: Fleet, now: () => Date) {
  if (options.events === undefined) return defaultEvents(fleet, { now });
  const { account, region } = fleet;
  // EventBridge adds account and Region to events that have none. Events with another account or Region keep theirs.
  const events = (await readEventsFile(options.events)).map((event) => ({ account, region, ...event }));
  return { events, neverScanned: [] };
}

async function sendEvents(cloud: Cloud, ssm: SystemsManager, fleet: Fleet, events: readonly object[]): Promise<void> {
  for (const event of events) {
    const nodeId = nodeOf(event);
    const seconds = nodeId === undefined ? undefined : fleet.arrives.get(nodeId);
    if (nodeId !== undefined && seconds !== undefined) ssm.expectData(nodeId, seconds * 1000);
    await cloud.putEvents([event]);
  }
}

function windowExecutions({ windowTasks = [] }: Fleet): Set<string> {
  return new Set(windowTasks.map(({ WindowExecutionId }) => WindowExecutionId));
}

/** Splits the events by whether a rule of the program matches them. */
function matching(resources: readonly CapturedResource[], events: readonly object[]) {
  const patterns = resources
    .filter(({ type, inputs }) => type === "aws:cloudwatch/eventRule:EventRule" && inputs["state"] !== "DISABLED")
    .flatMap(({ inputs }) => (typeof inputs["eventPattern"] === "string" ? [inputs["eventPattern"]] : []))
    .map(compilePattern);
  const matched = events.filter((event) => patterns.some((matches) => matches(event)));
  const expected = new Set(matched.flatMap((event) => nodeOf(event) ?? []));
  return { expected, unmatched: events.length - matched.length };
}

function nodeOf(event: object): string | undefined {
  const { detail } = event as { detail?: Record<string, unknown> };
  const nodeId = detail?.["instance-id"] ?? detail?.["resource-id"];
  return typeof nodeId === "string" && NODE_ID.test(nodeId) ? nodeId : undefined;
}
