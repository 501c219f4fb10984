import { expect } from "chai";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfigFile, withSetting } from "../../../local/program/config-file.ts";
import { readEventsFile } from "../../../local/run/events-file.ts";
import type { Execution } from "../../../local/services/step-functions/execution.ts";
import { failedExecutions } from "../../../local/run/failed-executions.ts";
import { InputError } from "../../../command-line/input-error.ts";
import { parseOptions } from "../../../local/run/options.ts";
import { troubleLines } from "../../../local/run/result-text.ts";
import { requireWritable } from "../../../command-line/writable-file.ts";
import { jsonText } from "../../../presentation/findings/text.ts";

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    expect(error).to.be.instanceOf(InputError);
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

describe("input of the embedded run", () => {
  let directory: string;
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "input-"))));
  afterEach(() => rm(directory, { recursive: true }));

  const whole = { source: "aws.ssm", "detail-type": "x", detail: {} };
  const noEvents: [what: string, value: unknown, message: RegExp][] = [
    ["an object", whole, /: an object with source, detail-type, detail; allowed: a JSON array of EventBridge events/],
    ["a text in a list", [whole, "x"], /: \/1: "x"; allowed: a JSON array/],
    ["a list in a list", [[]], /: \/0: a list of 0; allowed: a JSON array/],
    [
      "an empty object",
      [whole, {}],
      /: \/1 is an object with no keys; it lacks source, detail-type, detail; .* each with/,
    ],
    [
      "an event's detail",
      [{ "instance-id": "i-1" }],
      /: \/0 is an object with instance-id; it lacks source, detail-type, d/,
    ],
    ["no source", [{ ...whole, source: undefined }], /: \/0 is an object with detail-type, detail; it lacks source;/],
    ["a number as source", [{ ...whole, source: 1 }], /: \/0 is .*; it has a source that is 1;/],
    ["a list as detail", [{ ...whole, detail: [] }], /: \/0 is .*; it has a detail that is a list of 0;/],
  ];
  for (const [what, value, message] of noEvents) {
    it(`is refused as events: ${what}`, async () => {
      const file = join(directory, "events.json");
      await writeFile(file, JSON.stringify(value));
      expect(await refusal(() => readEventsFile(file))).to.match(message);
    });
  }

  it("is refused: a seed without a synthetic fleet", async () => {
    for (const args of [
      ["--seed", "1"],
      ["--seed", "7", "--fleet", "."],
    ]) {
      expect(await refusal(() => parseOptions(args))).to.equal("--seed needs --nodes; add --nodes, or remove --seed");
    }
    expect(parseOptions(["--nodes", "3", "--seed", "7"])).to.include({ nodes: 3, seed: 7 });
    expect(parseOptions([])).to.include({ seed: 1 });
  });

  it("is refused: a report that cannot be written in the end", async () => {
    await writeFile(join(directory, "file"), "");
    await mkdir(join(directory, "folder"));
    const cases: [file: string, message: string][] = [
      ["missing/report.json", `the directory ${directory}/missing does not exist; create it or give another file`],
      ["missing/too/report.json", `the directory ${directory}/missing/too does not exist; create it or give another`],
      ["folder", "it is a directory; give a file's name"],
      ["file/report.json", `${directory}/file is not a directory; give another file`],
    ];
    for (const [file, message] of cases) {
      expect(await refusal(() => requireWritable(join(directory, file), "the report"))).to.contain(
        `${join(directory, file)}: the report cannot be written: ${message}`,
      );
    }
    await requireWritable(join(directory, "file"), "the report");
    await requireWritable(join(directory, "folder", "report.json"), "the report");
    await requireWritable("report.json", "the report");
  });

  it("is text if the setting is text, quoted in YAML or not", async () => {
    const file = join(directory, "stack.yaml");
    await writeFile(file, 'config:\n  patch-manager-findings:companyName: "4711"\n  patch-manager-findings:a: 4711\n');
    const config = await readConfigFile(file);
    expect(Object.values(config)).to.deep.equal(["4711", "4711"]);
    expect(Object.values(withSetting({}, "companyName", "4711"))).to.deep.equal(["4711"]);
    expect(Object.values(withSetting({}, "planOnly", true))).to.deep.equal(["true"]);
  });

  it("holds no encrypted value that nothing local needs", async () => {
    const file = join(directory, "encrypted.yaml");
    await writeFile(
      file,
      [
        "encryptionsalt: v1:x",
        "config:",
        "  patch-manager-findings:alarmEmail: { secure: v1:x }",
        "  patch-manager-findings:tags: { owner: secure }",
        "  aws:profile: prod",
        "  aws:allowedAccountIds: ['111122223333']",
        "  aws:assumeRoles: [{ roleArn: r, externalId: { secure: v1:x } }]",
        "  else:token: { secure: v1:x }",
      ].join("\n"),
    );
    expect(await readConfigFile(file)).to.deep.equal({
      "patch-manager-findings:tags": '{"owner":"secure"}',
      "aws:profile": "prod",
      "aws:allowedAccountIds": '["111122223333"]',
    });
  });

  it("may not hold another encrypted value, nor an encrypted part of one", async () => {
    const file = join(directory, "encrypted.yaml");
    for (const value of ["{ secure: v1:x }", "{ owner: { secure: v1:x } }", "[{ secure: v1:x }]"]) {
      await writeFile(file, `config:\n  patch-manager-findings:tags: ${value}\n`);
      expect(await refusal(() => readConfigFile(file))).to.equal(
        `${file}: patch-manager-findings:tags is encrypted; set it again without --secret`,
      );
    }
  });
});

describe("executions that failed", () => {
  const execution = (
    name: string,
    changes: Partial<Execution>,
    nodeIds: readonly string[],
    done: readonly string[],
  ) => ({
    name,
    arn: name,
    stateMachineArn: "",
    status: "SUCCEEDED" as const,
    input: JSON.stringify({ references: nodeIds.map((nodeId) => ({ nodeId })) }),
    states: [],
    startDate: new Date(2_000),
    stopDate: new Date(3_000),
    events: [],
    published: [{ changes: done.map((nodeId) => ({ nodeId, action: "unchanged", reason: "" })) }],
    logged: [],
    ...changes,
  });

  it("leave the nodes without a result that no execution accounts for, which ended after their start", () => {
    const all = [
      execution("too early", { startDate: new Date(0), stopDate: new Date(1_000) }, ["a"], ["a"]),
      execution("lost", { status: "TIMED_OUT", error: "E", cause: "C" }, ["a", "b", "c", "d"], ["b"]),
      execution("later", { startDate: new Date(4_000), stopDate: new Date(5_000) }, ["c"], ["c"]),
    ];
    expect(failedExecutions(all, [{ nodeId: "d", reason: "" }], {})).to.deep.equal([
      { name: "lost", status: "TIMED_OUT", error: "E", cause: "C", left: ["a"] },
    ]);
  });

  it("of a maintenance window have the nodes of its patch commands", () => {
    const input = JSON.stringify({ windowExecutionId: "w" });
    const command = (InstanceId: string, CommandId: string, DocumentName = "AWS-RunPatchBaseline") => ({
      InstanceId,
      CommandId,
      DocumentName,
    });
    const fleet = {
      windowTaskInvocations: [
        { WindowExecutionId: "w", TaskExecutionId: "t", ExecutionId: "1" },
        { WindowExecutionId: "w", TaskExecutionId: "t" },
        { WindowExecutionId: "other", TaskExecutionId: "t", ExecutionId: "2" },
      ],
      commandInvocations: [command("a", "1"), command("b", "1", "AWS-RunShellScript"), command("c", "2")],
    };
    const failed = failedExecutions([execution("w", { status: "ABORTED", input }, [], [])], [], fleet);
    expect(failed.map(({ left }) => left)).to.deep.equal([["a"]]);
  });

  it("and quarantined work are named in the last lines, safe to print", () => {
    const failed = [
      { name: "x", status: "FAILED" as const, error: "E", cause: "C\u001b[2J", left: ["a"] },
      { name: "y", status: "ABORTED" as const, left: [] },
    ];
    const quarantined = [{ nodeId: "i-1", reason: "refused", message: "InvalidInput" }, { reason: "unreadable" }];
    expect(troubleLines(failed, quarantined)).to.deep.equal([
      "execution x FAILED; without a result: a (E: C [2J)",
      "execution y ABORTED; no node is left without a result",
      "quarantined: i-1: refused (InvalidInput)",
      "quarantined: message: unreadable",
    ]);
    expect(troubleLines([], Array(41).fill({ reason: "r" })).slice(-1)).to.deep.equal([
      "... and 1 more (--report FILE writes all)",
    ]);
  });
});

describe("JSON for a terminal", () => {
  it("escapes what could move a cursor or hide text, and stays the same value", () => {
    const hostile = "a\u009b31m\u202e\u2028\u007f\u0000\u{e0041}\ud800 ü \u{1f600}\n";
    const value = { [hostile]: [hostile] };
    const text = jsonText(value);
    expect(text).to.not.match(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(text).to.contain("\\u009b31m\\u202e\\u2028\\u007f").and.to.contain("ü \u{1f600}");
    expect(JSON.parse(text)).to.deep.equal(value);
  });
});
