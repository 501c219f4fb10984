import { expect } from "chai";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizeFleet } from "../../local/fleet/synthetic-fleet.ts";
import { toWire } from "../../local/fleet/wire-time.ts";
import { embeddedRun, type Outcome } from "./run-embedded.ts";

const WINDOW = "4f7ca192-7e9a-40fe-9192-5cb151234567";
const TASK = "b8f2f0a8-8b4c-4d2e-9f0e-3c6f01234567";
const SAMPLE_FLEET = join(import.meta.dirname, "..", "..", "local", "sample-fleet");
const NODES = 130;
const TEST_TIMEOUT = 60_000;
const QUEUES_EMPTY = { work: 0, outage: 0, quarantine: 0 };

const json = (value: unknown): string => JSON.stringify(toWire(value));

/** A fleet whose nodes were all patched in one execution of a maintenance window, by two commands. */
async function windowFleet(directory: string): Promise<string[]> {
  const fleet = synthesizeFleet({ nodes: NODES, seed: 7, now: () => new Date() });
  const ids = fleet.patchStates.map(({ InstanceId }) => InstanceId);
  const commands = ["1d3f5a7c-0000-4000-8000-000000000001", "1d3f5a7c-0000-4000-8000-000000000002"];
  const files = {
    account: { AccountId: fleet.account, Region: fleet.region },
    "describe-instance-information": { InstanceInformationList: fleet.nodes },
    "describe-instance-patch-states": { InstancePatchStates: fleet.patchStates },
    "list-compliance-items": { ComplianceItems: fleet.complianceItems },
    "describe-maintenance-window-execution-tasks": {
      WindowExecutionTaskIdentities: [
        { WindowExecutionId: WINDOW, TaskExecutionId: TASK, TaskType: "RUN_COMMAND", Status: "SUCCESS" },
      ],
    },
    "describe-maintenance-window-execution-task-invocations": {
      WindowExecutionTaskInvocationIdentities: commands.map((ExecutionId, index) => ({
        WindowExecutionId: WINDOW,
        TaskExecutionId: TASK,
        InvocationId: `1d3f5a7c-0000-4000-8000-00000000001${index}`,
        ExecutionId,
        TaskType: "RUN_COMMAND",
      })),
    },
    "list-command-invocations": {
      CommandInvocations: ids.map((InstanceId, index) => ({
        CommandId: commands[index % 2],
        InstanceId,
        DocumentName: "AWS-RunPatchBaseline",
        Status: "Success",
        RequestedDateTime: "2020-01-01T00:00:00Z",
      })),
    },
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, `${name}.json`), json(content));
  return ids;
}

const imported = ({ changes }: Outcome): string[] =>
  changes.filter(({ action, kind }) => action === "open" && kind === undefined).map(({ nodeId }) => nodeId);

describe("a maintenance window whose last task publishes its findings", () => {
  let directory: string;
  let config: string;
  let ids: string[];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "window-"));
    config = join(directory, "stack.yaml");
    const settings = { regions: ["eu-west-1"], maintenanceWindows: { "eu-west-1": ["mw-0123456789abcdef0"] } };
    const entries = Object.entries(settings).map(([key, value]) => [`patch-manager-findings:${key}`, value] as const);
    await writeFile(config, JSON.stringify({ config: Object.fromEntries(entries) }));
    ids = await windowFleet(directory);
  });
  after(() => rm(directory, { recursive: true }));

  it("publishes findings of all its nodes, 50 at a time, without any event", async function () {
    this.timeout(TEST_TIMEOUT);
    const events = join(directory, "none.json");
    await writeFile(events, "[]");
    const outcome = await embeddedRun(["--fleet", directory, "--config", config, "--events", events]);
    const [execution, ...more] = outcome.executions.filter(({ states }) => states.includes("ResolveWindow"));
    expect([execution?.status, more]).to.deep.equal(["SUCCEEDED", []]);
    expect(execution?.states.filter((state) => state === "SendWindowNodes").length).to.be.at.least(3);
    const published = outcome.executions.filter(({ states }) => states.includes("Publish"));
    expect(published.every(({ nodes }) => nodes <= 50)).to.equal(true);
    expect(new Set(outcome.changes.map(({ nodeId }) => nodeId))).to.deep.equal(new Set(ids));
    expect(outcome.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
  });

  it("imports no finding twice if events name the same nodes", async function () {
    this.timeout(TEST_TIMEOUT);
    // The window's task waits a minute for what the events bring: six seconds here, also for a busy machine.
    const outcome = await embeddedRun(["--fleet", directory, "--config", config, "--time-scale", "10"]);
    const all = imported(outcome);
    expect(all.length).to.be.greaterThan(20);
    expect(all).to.have.lengthOf(new Set(all).size);
    const window = outcome.executions.filter(({ states }) => states.includes("ResolveWindow"));
    expect(window.map(({ status }) => status)).to.deep.equal(["SUCCEEDED"]);
  });

  const write = (file: string, value: unknown) => writeFile(file, json(value));
  const task = { WindowExecutionId: WINDOW, TaskExecutionId: TASK, TaskType: "RUN_COMMAND", Status: "SUCCESS" };
  /** The sample fleet, and a window with this one task. */
  async function sampleWithTask(): Promise<string> {
    const fleet = await mkdtemp(join(directory, "fleet-"));
    await cp(SAMPLE_FLEET, fleet, { recursive: true });
    const file = join(fleet, "describe-maintenance-window-execution-tasks.json");
    await write(file, { WindowExecutionTaskIdentities: [task] });
    return fleet;
  }
  const withoutInvocations = { "no invocations": [], "an invocation without a command": [{ ...task, TaskType: "x" }] };
  for (const [what, invocations] of Object.entries(withoutInvocations)) {
    it(`has no nodes if its only task has ${what}`, async function () {
      this.timeout(TEST_TIMEOUT);
      const fleet = await sampleWithTask();
      const file = join(fleet, "describe-maintenance-window-execution-task-invocations.json");
      if (invocations.length > 0) await write(file, { WindowExecutionTaskInvocationIdentities: invocations });
      const outcome = await embeddedRun(["--fleet", fleet, "--config", config]);
      expect(outcome.executions.map(({ status }) => status)).to.not.include("FAILED");
      expect([outcome.missing, outcome.failed, outcome.queues]).to.deep.equal([[], [], QUEUES_EMPTY]);
    });
  }

  const unknown = { service: "ssm", operation: "DescribeMaintenanceWindowExecutionTasks", kind: "error" };
  const faults = [{ ...unknown, count: 100, status: 400, code: "DoesNotExistException" }];

  it("is reported as failed if Systems Manager does not know it, and loses or repeats no work", async function () {
    this.timeout(TEST_TIMEOUT);
    const plan = join(directory, "faults.json");
    await write(plan, faults);
    const args = ["--fleet", await sampleWithTask(), "--config", config, "--faults", plan];
    const outcome = await embeddedRun(args);
    expect(outcome.executions.filter(({ status }) => status === "FAILED")).to.have.lengthOf(1);
    expect(outcome.failed.map(({ status, error, left }) => [status, error, left])).to.deep.equal([
      ["FAILED", "DoesNotExistException", []],
    ]);
    expect([outcome.missing, outcome.queues]).to.deep.equal([[], QUEUES_EMPTY]);
  });

  it("names the nodes without a result if its execution failed and no event came", async function () {
    this.timeout(TEST_TIMEOUT);
    const [plan, events] = [join(directory, "faults.json"), join(directory, "none.json")];
    await write(plan, faults);
    await write(events, []);
    const outcome = await embeddedRun(["--fleet", directory, "--config", config, "--events", events, "--faults", plan]);
    expect(outcome.failed).to.have.lengthOf(1);
    expect(new Set(outcome.failed[0]?.left)).to.deep.equal(new Set(ids));
  });
});
