/** The local run as the console sees it. */
import { counted } from "../../contract/counted.ts";
import { VIEWS, type About } from "../../console/api.ts";
import type { ConsoleSource, Operations, ProgramSource, Simulation } from "../../console/source.ts";
import { FinishedNodes } from "../run/report.ts";
import type { Run } from "../run/run.ts";
import type { RunControls } from "../run/run-controls.ts";
import { ActivityLog } from "./activity-log.ts";
import { executionDetails, historyOf, listExecutions } from "./executions.ts";
import { NodeRows } from "./fleet-rows.ts";
import { patchRowsOf } from "./patch-rows.ts";
import { ProgramReader } from "./program-state.ts";
import { QuarantineReader } from "./quarantine.ts";
import { queueMessages } from "./queue-messages.ts";
import { replayQuarantine } from "./replay.ts";
import { triageLocally } from "./triage.ts";

/**
 * Returns a running program as a source of the console.
 *
 * @param activity records what happens; default: one for the console alone
 * @example const shown = await startConsole(localSource(run), 0, console.error);
 */
export function localSource(run: Run, activity = new ActivityLog(run, now)): ConsoleSource {
  const finished = new FinishedNodes();
  const rows = new NodeRows();
  const quarantine = new QuarantineReader(run);
  return {
    about: aboutOf(run),
    now,
    findings: () => ({
      revision: run.hub.revision,
      findings: run.hub.held(),
      ...(!run.controls.hubAnswers && { problem: OUTAGE }),
    }),
    // A refusal must reach the caller as a rejection.
    triage: async (request) => {
      const { changed, ...answer } = triageLocally(run, request);
      if (answer.written > 0) activity.addTriage(changed, request);
      return Promise.resolve(answer);
    },
    history: (view) => (view.kind === "other" ? [] : historyOf(run.cloud.executions(), view, activity.triagesOf(view))),
    activity: () => activity.entries(),
    patchRows: ({ kind, nodeId }) =>
      Promise.resolve(kind === "other" ? undefined : patchRowsOf(run.ssm.complianceItemsOf(nodeId))),
    readsPatchesFreely: true,
    nodes: (findings) =>
      rows.of(run.ssm.fleet(), findings, run.options.plan ? NO_NODES : finished.among(run.cloud.executions())),
    quarantined: (nodeId) => quarantine.reasonOf(nodeId),
    program: programOf(run, activity, quarantine),
    operations: operationsOf(run),
    simulation: simulationOf(run.controls, activity),
  };
}

const now = () => new Date();
/** A plan evaluates nodes and publishes nothing, so no finding says nothing of a node. */
const NO_NODES: ReadonlySet<string> = new Set();
const OUTAGE = "Security Hub is unavailable, so these findings may be out of date.";

function aboutOf({ fleet: { account, region }, ownerTag, options }: Run): About {
  return {
    kind: "local run",
    account,
    region,
    organization: false,
    ...(ownerTag !== undefined && { ownerTag }),
    timeScale: options.timeScale,
    planOnly: options.plan,
    views: VIEWS,
    can: { triage: true, operate: true, simulate: true },
  };
}

function programOf(run: Run, activity: ActivityLog, quarantine: QuarantineReader): ProgramSource {
  const { cloud, program } = run;
  const reader = new ProgramReader(run);
  return {
    revision: () => cloud.executions().reduce((sum, { events }) => sum + 1 + events.length, 0),
    state: async () => {
      const state = await reader.state();
      activity.watch(state);
      for (const { time, nodes } of await quarantine.added()) activity.add("quarantined", nodes, time);
      return state;
    },
    executions: (query) => Promise.resolve(listExecutions(cloud.executions(), query)),
    execution: (name) => {
      const execution = cloud.executions().find((each) => each.name === name);
      return Promise.resolve(execution && executionDetails(execution));
    },
    definition: () => Promise.resolve(program.definition),
    messages: async (queue) => queueMessages(await cloud.peek(program.queues[queue])),
  };
}

function operationsOf(run: Run): Operations {
  const { controls } = run;
  const done = (ran: boolean, what: string): string =>
    ran ? `${what} has started.` : `${what} is disabled in the settings.`;
  return {
    redrive: async () => done(await controls.redrive(), "Redrive"),
    sweep: async () => done(await controls.sweep(), "Sweep"),
    replay: () => replayQuarantine(run),
  };
}

function simulationOf(controls: RunControls, activity: ActivityLog): Simulation {
  const done = (what: "patched" | "scanned", nodes: number): string => {
    activity.add(what, nodes);
    return `${counted(nodes, "node")} ${what}.`;
  };
  return {
    setHubAvailable: (available) => {
      controls.setHubAvailable(available);
      return available ? "Security Hub answers again." : "Security Hub now answers every call with status 500.";
    },
    patch: async (nodes) => done("patched", await controls.patch(nodes)),
    scan: async (nodes) => done("scanned", await controls.scan(nodes)),
    progress: () => controls.progress,
  };
}
