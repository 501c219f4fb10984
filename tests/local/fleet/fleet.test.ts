import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { readConfigFile } from "../../../local/program/config-file.ts";
import { readEventsFile } from "../../../local/run/events-file.ts";
import { readFaults } from "../../../local/gateway/faults.ts";
import { loadFleet } from "../../../local/fleet/fleet-file.ts";
import { InputError } from "../../../command-line/input-error.ts";

const NODE = "i-0123456789abcdef0";
const INFORMATION = "describe-instance-information.json";
const STATES = "describe-instance-patch-states.json";

type Files = Record<string, unknown>;

const smallest = { [INFORMATION]: { InstanceInformationList: [] }, [STATES]: { InstancePatchStates: [] } };
const oneNode = {
  [INFORMATION]: { InstanceInformationList: [{ InstanceId: NODE }] },
  [STATES]: { InstancePatchStates: [{ InstanceId: NODE }] },
};

describe("reading a fleet directory", () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "fleet-"));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  /** Text and bytes are written as they are, all else as JSON. */
  async function load(files: Files) {
    for (const [name, content] of Object.entries(files)) {
      const path = join(dir, name);
      await mkdir(dirname(path), { recursive: true });
      const raw = typeof content === "string" || content instanceof Buffer;
      await writeFile(path, raw ? content : JSON.stringify(content));
    }
    return await loadFleet(dir);
  }

  async function refusal(files: Files): Promise<string> {
    try {
      await load(files);
    } catch (error) {
      expect(error).to.be.instanceOf(InputError);
      return error instanceof Error ? error.message.replaceAll(dir, "DIR") : "";
    }
    throw new Error("the fleet was read");
  }

  it("needs two files only and has a default account", async () => {
    const fleet = await load(smallest);
    expect(fleet).to.deep.include({ account: "123456789012", region: "eu-west-1", nodes: [], complianceItems: [] });
    expect(fleet).not.to.have.any.keys("instances", "associations", "commandInvocations", "windowTasks");
  });

  it("reads recorded output: unknown fields and files, NextToken, nulls, epoch times, missing counts", async () => {
    const fleet = await load({
      "notes.txt": "no JSON",
      "list-inventory-entries/README": "no JSON either",
      "account.json": { AccountId: "111122223333", Region: "us-gov-west-1" },
      [INFORMATION]: { InstanceInformationList: [{ InstanceId: "i-02573cafcfEXAMPLE", Name: null }], NextToken: "x" },
      [STATES]: {
        InstancePatchStates: [{ InstanceId: NODE, PatchGroup: "", New: [1], OperationEndTime: 1_582_221_233.421 }],
      },
      "list-resource-compliance-summaries.json": {
        ResourceComplianceSummaryItems: [
          {
            ComplianceType: "Patch",
            ResourceId: NODE,
            ExecutionSummary: { ExecutionTime: "2020-03-20 10:52:50-04:00" },
          },
        ],
      },
    });
    expect(fleet.account + fleet.region).to.equal("111122223333us-gov-west-1");
    expect(fleet.nodes[0]).to.deep.equal({ InstanceId: "i-02573cafcfEXAMPLE" });
    expect(fleet.patchStates[0]).to.deep.include({ PatchGroup: "", New: [1] });
    expect(fleet.patchStates[0]?.OperationEndTime).to.deep.equal(new Date("2020-02-20T17:53:53.421Z"));
    const executed = fleet.complianceSummaries[0]?.ExecutionSummary?.ExecutionTime;
    expect(executed?.toISOString()).to.equal("2020-03-20T14:52:50.000Z");
  });

  it("reads the files that not every fleet has", async () => {
    const uuid = "6e37940a-23ba-4ab0-9b96-5d0a1a05464f";
    const fleet = await load({
      ...oneNode,
      "describe-instances.json": {
        Reservations: [{ Instances: [{ InstanceId: NODE, State: { Name: "terminated" } }] }, {}],
      },
      "list-command-invocations.json": { CommandInvocations: [{ CommandId: uuid, InstanceId: NODE }] },
      "list-associations.json": { Associations: [{ AssociationId: uuid, LastExecutionDate: 5 }] },
      "describe-maintenance-window-execution-tasks.json": {
        WindowExecutionTaskIdentities: [{ WindowExecutionId: uuid, TaskExecutionId: uuid }],
      },
      "describe-maintenance-window-execution-task-invocations.json": {
        WindowExecutionTaskInvocationIdentities: [{ WindowExecutionId: uuid, TaskExecutionId: uuid }],
      },
      "findings.json": { Findings: [{ Id: "any", Workflow: { Status: "NEW" } }] },
      "arrives.json": { [NODE]: 20, "i-00000000000000000": 0 },
      [`list-inventory-entries/${NODE}.AWS.PatchSummary.json`]: { Entries: [{ MissingCount: "3" }] },
    });
    expect(fleet.instances).to.deep.equal([{ InstanceId: NODE, State: { Name: "terminated" } }]);
    expect(fleet.associations?.[0]?.LastExecutionDate).to.deep.equal(new Date(5000));
    expect(
      [fleet.commandInvocations, fleet.windowTasks, fleet.windowTaskInvocations].map((list) => list?.length),
    ).to.eql([1, 1, 1]);
    expect(fleet.findings).to.have.length(1);
    expect([...fleet.arrives]).to.deep.equal([[NODE, 20]]);
    expect(fleet.inventory.get(NODE)?.get("AWS:PatchSummary")?.Entries).to.deep.equal([{ MissingCount: "3" }]);
  });

  it("reads UTF-16, as redirected by Windows PowerShell, and UTF-8 with a byte order mark", async () => {
    const text = `\uFEFF${JSON.stringify(oneNode[INFORMATION])}`;
    for (const content of [Buffer.from(text, "utf16le"), Buffer.from(text)]) {
      expect((await load({ ...smallest, [INFORMATION]: content })).nodes).to.have.length(1);
    }
  });

  const noTimes = [-62135596800.0, "0001-01-01T00:00:00+00:00", "0001-01-01T00:53:28+00:53:28", "1969-12-31T23:59:59Z"];
  for (const time of noTimes) {
    it(`ignores ${time}, a time before 1970`, async () => {
      const state = { InstanceId: NODE, OperationEndTime: time, OperationStartTime: 0 };
      const { patchStates } = await load({ ...oneNode, [STATES]: { InstancePatchStates: [state] } });
      expect(patchStates[0]?.OperationEndTime).to.equal(undefined);
      expect(patchStates[0]?.OperationStartTime).to.deep.equal(new Date(0));
    });
  }

  it("refuses a pipe without waiting for a writer", async () => {
    const directory = await mkdtemp(join(tmpdir(), "pipe-"));
    try {
      for (const file of [INFORMATION, "pipe.json", "pipe.yaml"]) execFileSync("mkfifo", [join(directory, file)]);
      const reads = [
        () => loadFleet(directory),
        () => readEventsFile(join(directory, "pipe.json")),
        () => readFaults(join(directory, "pipe.json")),
        () => readConfigFile(join(directory, "pipe.yaml")),
      ];
      for (const read of reads) {
        const error = await read().catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(InputError);
        expect((error as Error).message).to.match(/: is a pipe; give a regular file/);
      }
      const device = await readEventsFile("/dev/zero").catch((thrown: unknown) => thrown);
      expect((device as Error).message).to.match(/^\/dev\/zero: is a device; give a regular file/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("keeps hostile keys out of prototypes", async () => {
    const hostile = `{"InstanceInformationList":[{"InstanceId":"${NODE}","__proto__":{"PingStatus":"Online"}}]}`;
    const { nodes } = await load({ ...smallest, [INFORMATION]: hostile });
    expect(nodes[0]?.PingStatus).to.equal(undefined);
    expect({}).not.to.have.property("PingStatus");
  });

  const items = "list-compliance-items.json";
  const item = { ComplianceType: "Patch", ResourceId: NODE };
  const cases: [what: string, files: Files, message: RegExp][] = [
    ["no first file", { [STATES]: {} }, /^DIR\/describe-instance-information\.json: does not exist\. A fleet needs it/],
    [
      "no second file",
      { [INFORMATION]: smallest[INFORMATION] },
      /^DIR\/describe-instance-patch-states\.json: does not/,
    ],
    [
      "malformed JSON",
      { ...smallest, [items]: '{\n "a": [1,]}' },
      /items\.json: malformed JSON at 2:10 .*: unexpected "\]\}", /,
    ],
    ["an empty file", { ...smallest, [items]: "" }, /malformed JSON at 1:1 .* ends too early/],
    ["absurd nesting that never ends", { ...smallest, [items]: "[".repeat(2e5) }, /nested too deeply/],
    ["absurd nesting", { ...smallest, [items]: "[".repeat(2e5) + "]".repeat(2e5) }, /nested too deeply/],
    ["bytes that are no text", { ...smallest, [items]: Buffer.from([0x7b, 0xff, 0x7d]) }, /is not UTF-8 text/],
    [
      "a wrong key",
      { ...smallest, [items]: { Items: [] } },
      /contains an object with Items\. Allowed: \{"ComplianceItems"/,
    ],
    ["no list", { ...smallest, [items]: { ComplianceItems: {} } }, /an object with no keys under ComplianceItems/],
    ["a list alone", { ...smallest, [items]: [] }, /a list of 0 at the top\. Allowed: an object with the key Compl/],
    [
      "a record that is none",
      { ...smallest, [items]: { ComplianceItems: [7] } },
      /: 7 at \/ComplianceItems\/0\. Allowed/,
    ],
    [
      "no node id",
      { ...smallest, [INFORMATION]: { InstanceInformationList: [{ InstanceId: NODE }, {}] } },
      /: nothing at \/InstanceInformationList\/1\/InstanceId\. Allowed: a node id/,
    ],
    [
      "a wrong node id",
      { ...smallest, [STATES]: { InstancePatchStates: [{ InstanceId: "i-123\u001b[2J" }] } },
      /: "i-123\\u001b\[2J" at \/InstancePatchStates\/0\/InstanceId/,
    ],
    [
      "a count that is none",
      { ...smallest, [STATES]: { InstancePatchStates: [{ InstanceId: NODE, MissingCount: "two" }] } },
      /: "two" at \/InstancePatchStates\/0\/MissingCount\. Allowed: a number$/,
    ],
    [
      "a time that is none",
      { ...smallest, [STATES]: { InstancePatchStates: [{ InstanceId: NODE, OperationEndTime: "yesterday" }] } },
      /: "yesterday" at \/InstancePatchStates\/0\/OperationEndTime\. Allowed: a time in ISO 8601/,
    ],
    [
      "details that are no strings",
      { ...smallest, [items]: { ComplianceItems: [{ ...item, Details: { "a/b": 1 } }] } },
      /: 1 at \/ComplianceItems\/0\/Details\/a~1b\. Allowed: a string$/,
    ],
    ["a short account", { ...smallest, "account.json": { AccountId: "12" } }, /: "12" at \/AccountId\. .*12 digits$/],
    [
      "a wrong Region",
      { ...smallest, "account.json": { Region: "Ireland" } },
      /: "Ireland" at \/Region\. Allowed: a Reg/,
    ],
    [
      "a node twice",
      { ...oneNode, [STATES]: { InstancePatchStates: Array(2).fill({ InstanceId: NODE }) } },
      /occurs twice/,
    ],
    ["a late stranger", { ...smallest, "arrives.json": { [NODE]: 20 } }, /arrives\.json: i-0123456789abcdef0 is in no/],
    ["a late typo", { ...smallest, "arrives.json": { "i-1": 20 } }, /the key "i-1" at \/i-1\. Allowed: a node id/],
    ["a negative delay", { ...oneNode, "arrives.json": { [NODE]: -1 } }, /: -1 at \/i-0.*seconds from 0 to 86400$/],
    [
      "inventory of a typo",
      { ...smallest, "list-inventory-entries/i-12.AWS.PatchSummary.json": {} },
      /"i-12" is not a node id\. Allowed: <node id>\.<AWS/,
    ],
    [
      "inventory of another node",
      { ...smallest, [`list-inventory-entries/${NODE}.AWS.PatchSummary.json`]: { InstanceId: "i-x", Entries: [] } },
      /"i-x" at \/InstanceId\. Allowed: i-0123456789abcdef0, as the file's name says/,
    ],
    [
      "inventory numbers",
      { ...smallest, [`list-inventory-entries/${NODE}.AWS.PatchSummary.json`]: { Entries: [{ MissingCount: 3 }] } },
      /: 3 at \/Entries\/0\/MissingCount\. Allowed: a string$/,
    ],
  ];
  for (const [what, files, message] of cases) {
    it(`refuses ${what} in one line`, async () => {
      const text = await refusal(files);
      expect(text).to.match(message);
      expect(text).not.to.match(/\p{Cc}/u);
    });
  }

  it("refuses a path that is not a directory", async () => {
    await writeFile(join(dir, "file"), "");
    for (const [path, message] of [
      ["nowhere", /nowhere: does not exist\. Allowed: a directory with/],
      ["file", /file: is not a directory/],
      ["no\nwhere", /no\\u000awhere: does not exist/],
    ] as const) {
      const error = await loadFleet(join(dir, path)).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(InputError).with.property("message").that.matches(message);
    }
  });
});
