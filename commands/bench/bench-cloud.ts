/** Runs the captured program for the bench: a synthetic fleet, quotas, durations, and nothing that chance decides. */
import { untilQueuesAreEmpty } from "../../local/run/settling.ts";
import { startCloud, type Cloud } from "../../local/run/cloud.ts";
import { stopClock, useClock } from "../../local/run/clock.ts";
import type { Fleet } from "../../local/fleet/fleet.ts";
import { defaultEvents } from "../../local/fleet/default-events.ts";
import { synthesizeFleet } from "../../local/fleet/synthetic-fleet.ts";
import { FaultPlan } from "../../local/gateway/faults.ts";
import { Gateway } from "../../local/gateway/gateway.ts";
import { readConfigFile, withSetting, type StackConfig } from "../../local/program/config-file.ts";
import type { CapturedResource } from "../../local/program/captured-resource.ts";
import { captureGraph } from "../../local/program/graph.ts";
import { programParts, type ProgramParts } from "../../local/program/program-parts.ts";
import { withRegion } from "../../local/program/stack-regions.ts";
import { Ec2 } from "../../local/services/ec2/ec2.ts";
import { SecurityHub } from "../../local/services/security-hub/security-hub.ts";
import { SystemsManager } from "../../local/services/systems-manager/systems-manager.ts";
import { LimitedFilters, type FilterLimit } from "./filter-values.ts";
import { ImportCounter } from "./import-counter.ts";
import { connectInMemory } from "./in-memory-connections.ts";
import { quotas } from "./quotas.ts";
import { Recorder } from "./recorder.ts";
import { seedRandomness } from "./seeded-randomness.ts";

/** The conditions of a run. */
export interface Conditions {
  readonly nodes: number;
  readonly seed: number;
  /** Packages per node. 0 for the few of the synthetic fleet. */
  readonly rows: number;
  readonly hostManagement: boolean;
  /** Calls per second for each operation of Systems Manager. Undefined if no quota is enforced. */
  readonly ssmRate: number | undefined;
  readonly filterLimit: FilterLimit;
  /** The settings file. */
  readonly config: string;
  /** Settings that replace those of the file. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A running program with its counters. */
export interface BenchCloud {
  readonly cloud: Cloud;
  readonly program: ProgramParts;
  readonly fleet: Fleet;
  readonly ssm: SystemsManager;
  readonly hub: SecurityHub;
  /** Makes Security Hub answer, or refuse every call with status 500. */
  setHubAvailable(available: boolean): void;
  readonly recorder: Recorder;
  readonly filters: LimitedFilters;
  readonly importCounter: ImportCounter;
  /** The first event of each node. */
  readonly events: readonly object[];
  /** Puts events on the bus, all at the same moment. */
  send(events: readonly object[]): Promise<void>;
  /** Waits until no work is left. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const NONCOMPLIANT_SHARE = 0.3;
/** Any time serves, but it is the same in each run: the length of texts depends on it. */
const START = Date.UTC(2026, 10, 20, 12);

/**
 * Starts the program. Close it before the next one starts.
 * @throws {InputError} for a settings file that cannot be used
 */
export async function startBenchCloud(conditions: Conditions): Promise<BenchCloud> {
  const fleet = fleetOf(conditions);
  const config = await configOf(conditions, fleet.region);
  const gateway = await Gateway.listen();
  const releases = [connectInMemory(gateway)];
  const release = () => releases.forEach((each) => each());
  try {
    const resources = await captureGraph({ config, account: fleet.account, queueUrl: gateway.queueUrl });
    // Pulumi's own jitter must not use up random numbers.
    releases.push(seedRandomness(conditions.seed), useClock(Infinity, START));
    return await launch(conditions, { fleet, gateway, resources }, release);
  } catch (error) {
    await gateway.close();
    release();
    throw error;
  }
}

interface Parts {
  readonly fleet: Fleet;
  readonly gateway: Gateway;
  readonly resources: readonly CapturedResource[];
}

async function launch(conditions: Conditions, parts: Parts, release: () => void): Promise<BenchCloud> {
  const { fleet, gateway, resources } = parts;
  const { region } = fleet;
  const now = () => new Date();
  const services = standInsOf(conditions, fleet, now);
  const { ssm, hub, filters, importCounter } = services;
  const recorder = new Recorder(conditions.ssmRate === undefined ? undefined : quotas(conditions.ssmRate));
  const faults = new FaultPlan([], () => Date.now());
  const program = programParts(resources, region);
  const cloud = await startCloud({
    resources,
    gateway,
    services: {
      ssm: new Map([[region, filters]]),
      securityhub: new Map([[region, importCounter]]),
      ec2: new Map([[region, new Ec2(fleet.instances)]]),
    },
    schedules: (rule) => rule !== program.sweepSchedule,
    faults,
    pacing: recorder,
    now,
  });
  return {
    ...{ cloud, program, fleet, ssm, hub, filters, importCounter, recorder },
    setHubAvailable: (available) => {
      faults.hubAvailable = available;
    },
    events: defaultEvents(fleet, { now }).events,
    send: (events) => sendAtOnce(cloud, events),
    settled: () => untilQueuesAreEmpty({ cloud, program, longestFaultMs: 0 }),
    close: async () => {
      ssm.close();
      await cloud.close();
      release();
    },
  };
}

function standInsOf({ filterLimit }: Conditions, fleet: Fleet, now: () => Date) {
  const { account, region } = fleet;
  const ssm = new SystemsManager(fleet);
  const hub = new SecurityHub({ account, region, now, findings: [] });
  return { ssm, hub, filters: new LimitedFilters(ssm, filterLimit), importCounter: new ImportCounter(hub) };
}

async function configOf({ config, settings = {} }: Conditions, region: string): Promise<StackConfig> {
  const stack = withRegion(await readConfigFile(config), region);
  return Object.entries(settings).reduce((all, [setting, value]) => withSetting(all, setting, value), stack);
}

function fleetOf({ nodes, seed, rows, hostManagement }: Conditions): Fleet {
  return synthesizeFleet({
    ...{ nodes, seed, rows, hostManagement },
    now: () => new Date(START),
    noncompliantShare: NONCOMPLIANT_SHARE,
    installable: true,
  });
}

async function sendAtOnce(cloud: Cloud, events: readonly object[]): Promise<void> {
  const restart = stopClock();
  try {
    await cloud.putEvents(events);
  } finally {
    restart();
  }
}
