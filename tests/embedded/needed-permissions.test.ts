import { expect } from "chai";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matchesGlob, parsePolicy } from "../../local/services/iam/iam.ts";
import type { UsedPermission } from "../../local/services/iam/permissions.ts";
import type { Run } from "../../local/run/run.ts";
import { captureProgram } from "../fixtures/captured-program.ts";
import { ACCOUNT, REGION, writeFleet } from "./life-fleet.ts";
import { embeddedRun, type Outcome } from "./run-embedded.ts";

const SAMPLE_FLEET = join(import.meta.dirname, "..", "..", "local", "sample-fleet");
/** Nodes of the sample fleet, and a time after all its patch operations. */
const [WORST, NEXT] = ["i-0a11c2e5d7f90b3a1", "i-0a22d3f6e8a01c4b2"];
const OPEN = "i-0a33e4a7f9b12d5c3";
const HYBRID = "mi-0e11a2c5b7d90f3e1";
const UNSCANNED = "i-0d33b9d2c4e67a0f8";
const AFTERWARDS = "2026-11-23T02:00:52.000Z";
const WINDOW = { WindowExecutionId: "4f7ca192-7e9a-40fe-9192-5cb151234567", TaskType: "RUN_COMMAND" };
const COMMAND = "1d3f5a7c-0000-4000-8000-000000000001";
/** Everything that brings a permission with it. */
const EVERYTHING = {
  regions: [REGION],
  maintenanceWindows: { [REGION]: ["mw-0123456789abcdef0"] },
  kmsKeys: { [REGION]: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab` },
  tracing: true,
  redriveMinutes: 1,
  severityRules: [{ tags: { Env: "prod" }, severity: "CRITICAL" }],
  unmanagedInstances: {},
};
const WEEK_MS = 7 * 24 * 60 * 60_000;

interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** Each action on each resource that each role of the program is allowed. */
async function grants(): Promise<Grant[]> {
  const resources = await captureProgram([REGION], EVERYTHING, { account: ACCOUNT });
  const arnOf = new Map(resources.filter(({ type }) => type.endsWith(":Role")).map(({ id, arn }) => [id, arn]));
  return resources
    .filter(({ type }) => type.endsWith(":RolePolicy"))
    .flatMap(({ inputs }) => {
      const role = arnOf.get(String(inputs["role"])) ?? "";
      const allowed = parsePolicy(String(inputs["policy"])).statements.filter(({ effect }) => effect === "Allow");
      return allowed.flatMap(({ actions, resources: on }) =>
        actions.flatMap((action) => on.map((resource) => ({ role, action, resource }))),
      );
    });
}

const covers = (grant: Grant, used: UsedPermission): boolean =>
  grant.role === used.role && grant.action === used.action && matchesGlob(grant.resource, used.resource);

describe("every permission is needed", function () {
  this.timeout(180_000);
  let directory: string;
  let config: string;
  let used: UsedPermission[];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "needed-"));
    const settings = Object.entries(EVERYTHING).map(
      ([key, value]) => [`patch-manager-findings:${key}`, value] as const,
    );
    config = await file("stack.yaml", { config: Object.fromEntries(settings) });
    const opened = await trouble();
    const closed = await life(opened.findings);
    expect([opened, closed].map(({ queues: { work, outage } }) => work + outage)).to.deep.equal([0, 0]);
    used = [...opened.used, ...closed.used];
  });
  after(() => rm(directory, { recursive: true }));

  async function file(name: string, content: unknown): Promise<string> {
    const path = join(directory, name);
    await writeFile(path, JSON.stringify(content));
    return path;
  }

  const run = (args: readonly string[], during?: (run: Run) => Promise<void>) =>
    embeddedRun([...args, "--config", config, "--time-scale", "600"], during && { during });

  /** One finding is closed on proof, one because its node was removed; the sweep's first page needs a second try. */
  async function life(findings: readonly object[]): Promise<Outcome> {
    const closing = [WORST, HYBRID].map((nodeId) => ({ nodeId, missing: 0, endedAt: AFTERWARDS }));
    // The sweep reads the tags of nodes with an open finding.
    const nodes = [...closing, { nodeId: OPEN, missing: 1, endedAt: AFTERWARDS }];
    const fleet = await writeFleet(directory, { nodes, findings, instances: { [NEXT]: "terminated" } });
    const faults = await file("page.json", [
      { service: "ssm", operation: "DescribeInstanceInformation", kind: "error", from: 3, count: 5 },
    ]);
    return run(["--fleet", fleet, "--sweep", "--faults", faults]);
  }

  /** The sample fleet and a maintenance window, while Security Hub is unavailable and then refuses, and messages that cannot be read. */
  async function trouble(): Promise<Outcome> {
    const fleet = join(directory, "sample");
    await cp(SAMPLE_FLEET, fleet, { recursive: true });
    await writeWindow(fleet);
    await spoil(fleet);
    const faults = await file("trouble.json", [
      { service: "states", operation: "StartExecution", kind: "error", from: 1, count: 1, status: 400 },
      // Messages that dispatch cannot park return to the work queue.
      { service: "sqs", operation: "SendMessage", kind: "error", from: 1, count: 6 },
      // Nodes that dispatch cannot start return to the work queue.
      { service: "states", operation: "ListExecutions", kind: "error", seconds: 1 },
      { service: "securityhub", operation: "GetFindings", kind: "error", seconds: 3, status: 500 },
      {
        service: "securityhub",
        operation: "BatchImportFindings",
        kind: "partial",
        from: 1,
        count: 1,
        code: "InvalidInput",
      },
    ]);
    return run(["--fleet", fleet, "--faults", faults], async ({ cloud }) => {
      await cloud.putEvents([unreadableEvent]);
      await aWeekAgo(() => cloud.putEvents([failedExecution({ references: [{ nodeId: UNSCANNED, attempts: 4 }] })]));
      await cloud.putEvents([failedExecution("nothing that can be read")]);
    });
  }

  it("is used by at least one run, with the granted action and resource", async () => {
    const unused = (await grants()).filter((grant) => !used.some((permission) => covers(grant, permission)));
    expect(unused.map(({ role, action, resource }) => `${role}: ${action} on ${resource}`)).to.deep.equal([]);
  });
});

/** Writes a window's history: one task, one command, on one node. */
async function writeWindow(fleet: string): Promise<void> {
  const task = { ...WINDOW, TaskExecutionId: "b8f2f0a8-8b4c-4d2e-9f0e-3c6f01234567" };
  const invocation = { ...task, InvocationId: "1d3f5a7c-0000-4000-8000-000000000010", ExecutionId: COMMAND };
  const command = {
    CommandId: COMMAND,
    InstanceId: WORST,
    DocumentName: "AWS-RunPatchBaseline",
    Status: "Success",
    RequestedDateTime: "2020-01-01T00:00:00Z",
  };
  const files = {
    "describe-maintenance-window-execution-tasks": {
      WindowExecutionTaskIdentities: [{ ...task, Status: "SUCCESS" }],
    },
    "describe-maintenance-window-execution-task-invocations": { WindowExecutionTaskInvocationIdentities: [invocation] },
    "list-command-invocations": { CommandInvocations: [command] },
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(fleet, `${name}.json`), JSON.stringify(content));
  }
}

/** Gives a node without any other data an association whose facts cannot be read. */
async function spoil(fleet: string): Promise<void> {
  const path = join(fleet, "list-compliance-items.json");
  const { ComplianceItems } = JSON.parse(await readFile(path, "utf8")) as { ComplianceItems: object[] };
  const Details = { DocumentName: "AWS-RunPatchBaselineAssociation", DetailedText: "{" };
  const item = {
    ComplianceType: "Association",
    ResourceType: "ManagedInstance",
    ResourceId: UNSCANNED,
    Id: "a",
    Details,
  };
  await writeFile(path, JSON.stringify({ ComplianceItems: [...ComplianceItems, { ...item, Status: "COMPLIANT" }] }));
}

const unreadableEvent = {
  source: "aws.ssm",
  "detail-type": "EC2 Command Invocation Status-change Notification",
  account: ACCOUNT,
  region: REGION,
  detail: { "document-name": "AWS-RunPatchBaseline", status: "Success" },
};

const failedExecution = (input: unknown) => ({
  source: "aws.states",
  "detail-type": "Step Functions Execution Status Change",
  account: ACCOUNT,
  region: REGION,
  detail: {
    stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:patch-findings-${REGION}`,
    status: "ABORTED",
    input: JSON.stringify(input),
  },
});

/** Makes messages sent meanwhile appear in the outage queue as if they had waited for more than a week. */
async function aWeekAgo(send: () => Promise<void>): Promise<void> {
  const { now } = Date;
  Date.now = () => now() - WEEK_MS - 60_000;
  try {
    await send();
  } finally {
    Date.now = now;
  }
}
