/** `npm run findings -- triage`. */
import { expect } from "chai";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { confirmation, triage, type TriageOrder } from "../../commands/findings/triage.ts";
import { EVERYTHING } from "../../commands/findings/filter.ts";
import { organizationSource } from "../../commands/findings/finding-sources.ts";
import { localRunSource } from "../../commands/findings/local-run.ts";
import { commandLine } from "../../commands/findings/options.ts";
import { blindSpotFinding, complianceFinding } from "../fixtures/finding-samples.ts";
import { elsewhere, given } from "../fixtures/findings-fixtures.ts";
import { World } from "../fixtures/findings-world.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const { account: ACCOUNT, region: REGION } = SCOPE;
const MEMBER = "222233334444";
const finding = (index: number, parts: object = {}) => complianceFinding(nodeId(index), [{ id: "KB1" }], parts);
const BOB = { Text: "mine", UpdatedBy: "bob", UpdatedAt: "2026-11-02T00:00:00.000Z" };
const FINDINGS = [
  finding(1),
  finding(2, { Note: BOB }),
  finding(3, { RecordState: "ARCHIVED" }),
  blindSpotFinding(nodeId(1)),
  elsewhere(finding(1), { account: MEMBER }),
];

/** Suppresses findings of these nodes with a note. */
const order = (nodes: readonly number[], parts: Partial<TriageOrder["request"]> = {}): TriageOrder => ({
  filter: { ...EVERYTHING, nodes: nodes.map((node) => nodeId(node)) },
  request: { status: "SUPPRESSED", note: "being replaced", by: "ann", replaceNotes: false, ...parts },
});

function dialog(answer = true) {
  const [printed, warned, asked]: [string[], string[], string[]] = [[], [], []];
  const ask = (question: string) => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  return {
    print: (line: string) => void printed.push(line),
    warn: (line: string) => void warned.push(line),
    ask,
    printed,
    warned,
    asked,
  };
}

describe("npm run findings -- triage, of Security Hub", () => {
  let world: World;
  before(async () => void (world = await World.start()));
  after(() => world.gateway.close());

  /** Id's end, status and note of each finding that is not NEW. */
  const changed = () =>
    world.held().flatMap((one) => {
      const { Id, Workflow, Note } = one as { Id: string; Workflow: { Status: string }; Note?: { Text: string } };
      return Workflow.Status === "NEW" ? [] : [[Id.split("/").slice(2).join("/"), Workflow.Status, Note?.Text]];
    });

  it("asks once, writes, keeps a note of somebody else, and says what it leaves out", async () => {
    world.serve({ findings: FINDINGS });
    const seen = dialog();
    expect(await triage(world.source(), order([1, 2, 3]), seen)).to.equal(0);
    expect(seen.asked).to.deep.equal([
      `Set 3 findings in account ${ACCOUNT}, ${REGION} to SUPPRESSED with the note "being replaced" by ann? [y/N] `,
    ]);
    const name = (node: number) => `${nodeId(node)}.example.com (${nodeId(node)})`;
    expect(seen.printed).to.have.members([
      `SUPPRESSED: ${name(1)}, with the note`,
      `SUPPRESSED: ${nodeId(1)}, blind spot, with the note`,
      `SUPPRESSED: ${name(2)}; keeps the note of bob (--replace-notes replaces it)`,
      "3 findings written, 0 refused",
    ]);
    expect(seen.warned).to.include(`skipped: ${name(3)} is closed`);
    expect(changed()).to.have.deep.members([
      [`${ACCOUNT}/${nodeId(1)}`, "SUPPRESSED", "being replaced"],
      [`${ACCOUNT}/${nodeId(1)}/blind-spot`, "SUPPRESSED", "being replaced"],
      [`${ACCOUNT}/${nodeId(2)}`, "SUPPRESSED", "mine"],
    ]);
  });

  it("writes nothing if a person says no, or if there is nothing to write", async () => {
    world.serve({ findings: FINDINGS });
    const [no, closed, none] = [dialog(false), dialog(), dialog()];
    expect(await triage(world.source(), order([1]), no)).to.equal(1);
    expect(await triage(world.source(), order([3]), closed)).to.equal(1);
    expect(await triage(world.source(), order([9]), none)).to.equal(1);
    expect(no.warned.at(-1)).to.equal("nothing was written");
    expect([...closed.asked, ...none.asked]).to.deep.equal([]);
    expect(none.warned).to.deep.equal([`no finding to write in account ${ACCOUNT}, ${REGION}: 0 findings selected`]);
    expect(world.apiCalls["securityhub:BatchUpdateFindings"]).to.equal(undefined);
  });

  it("has nothing to do the second time", async () => {
    world.serve({ findings: FINDINGS });
    await triage(world.source(), order([1]), dialog());
    const second = dialog();
    expect(await triage(world.source(), order([1]), second)).to.equal(0);
    expect([second.asked, second.printed]).to.deep.equal([[], []]);
  });

  it("writes findings of members from the administrator account", async () => {
    world.serve({ findings: FINDINGS });
    const seen = dialog();
    expect(await triage(world.source(organizationSource), order([1]), seen)).to.equal(0);
    expect(seen.printed.some((line) => line.includes(`account ${MEMBER}, ${REGION}`))).to.equal(true);
    expect(changed()).to.deep.include([`${MEMBER}/${nodeId(1)}`, "SUPPRESSED", "being replaced"]);
  });

  it("takes 100 findings a call, and waits if Security Hub throttles", async () => {
    const many = Array.from({ length: 250 }, (_, index) => finding(index));
    const throttle = { kind: "error", status: 429, code: "TooManyRequestsException" } as const;
    const fault = { service: "securityhub", operation: "BatchUpdateFindings", from: 2, count: 1, ...throttle };
    world.serve({ findings: many, faults: [fault] });
    const all = { ...order([]), filter: EVERYTHING };
    const seen = dialog();
    expect(await triage(world.source(), all, seen)).to.equal(0);
    expect(seen.printed.at(-1)).to.equal("250 findings written, 0 refused");
    expect(seen.warned.at(-1)).to.equal("230 more to write");
    expect(world.apiCalls["securityhub:BatchUpdateFindings"]).to.equal(4);
  });

  it("repeats refusals that pass, and reports those that last", async () => {
    const partial = {
      service: "securityhub",
      operation: "BatchUpdateFindings",
      from: 1,
      kind: "partial",
      status: 500,
    } as const;
    world.serve({ findings: FINDINGS, faults: [{ ...partial, count: 1 }] });
    expect(await triage(world.source(), order([1]), dialog())).to.equal(0);
    world.serve({ findings: FINDINGS, faults: [{ ...partial, count: 2 }] });
    const seen = dialog();
    expect(await triage(world.source(), order([1]), seen)).to.equal(1);
    expect(seen.printed.filter((line) => line.startsWith("refused: "))[0]).to.match(/: InternalFailure /);
    expect(seen.printed.at(-1)).to.match(/^\d findings? written, \d refused$/);
  });

  it("as people run it: --yes without a terminal, and the permission that is missing", async () => {
    world.serve({ findings: FINDINGS, denied: "BatchUpdateFindings" });
    const args = ["triage", "--region", REGION, "--node", nodeId(1), "--status", "NOTIFIED"];
    const [unasked, denied] = await Promise.all([world.run(args), world.run([...args, "--yes"])]);
    expect([unasked.code, unasked.stderr]).to.deep.equal([
      2,
      "triage asks before it writes; give --yes if no person can answer\n",
    ]);
    expect([denied.code, denied.stdout]).to.deep.equal([
      1,
      "wrote 0 of 2 findings; run the same command again to write the rest\n",
    ]);
    expect(denied.stderr).to.match(
      /not all findings of us-east-2 were written: securityhub:BatchUpdateFindings is denied: .*\n.*Triage needs securityhub:BatchUpdateFindings too\.\n$/,
    );
  });
});

describe("npm run findings -- triage, of a local run", () => {
  async function answering(status: number, answer: object) {
    const received: unknown[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => void chunks.push(chunk));
      request.on("end", () => {
        const isTriage = request.method === "POST" && request.url === "/api/triage";
        if (isTriage) received.push([request.headers["content-type"], JSON.parse(Buffer.concat(chunks).toString())]);
        response.writeHead(isTriage ? status : 200);
        response.end(JSON.stringify(isTriage ? answer : { account: ACCOUNT, region: REGION, findings: FINDINGS }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const source = localRunSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return { source, received, close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
  }
  const [{ Id, ProductArn }] = [finding(2)];

  it("posts the findings and the request, and reports refusals", async () => {
    const { source, received, close } = await answering(200, {
      failures: [{ id: Id, code: "FindingNotFound", message: "gone \u001b[2J" }],
      skipped: [],
    });
    const seen = dialog();
    const code = await triage(source, order([2]), seen);
    await close();
    const body = { status: "SUPPRESSED", note: "being replaced", by: "ann", replaceNotes: false };
    expect(received).to.deep.equal([["application/json", { findings: [{ id: Id, productArn: ProductArn }], ...body }]]);
    expect(code).to.equal(1);
    expect(seen.printed[0]).to.match(/^refused: .*: FindingNotFound gone {2}\[2J$/);
  });

  const wrong: [name: string, status: number, answer: object, words: RegExp][] = [
    ["a refusal", 400, { message: "no such finding" }, /answered with status 400; expected 200: no such finding$/],
    ["another program's answer", 200, { message: "done" }, /did not answer with the result/],
  ];
  for (const [name, status, answer, words] of wrong) {
    it(`fails at ${name}`, async () => {
      const { source, close } = await answering(status, answer);
      const failure = await triage(source, order([2]), dialog()).catch(String);
      await close();
      expect(failure).to.match(words);
    });
  }

  it("prints what the run answers, not what it planned itself", async () => {
    const other = finding(1).Id;
    const skipped = [
      { id: other, reason: "changed" },
      { id: `${other}/blind-spot`, reason: "keptNote", noteOf: "eve" },
    ];
    const { source, close } = await answering(200, { failures: [], skipped });
    const seen = dialog();
    const code = await triage(source, order([1]), seen);
    await close();
    expect(code).to.equal(1);
    expect(seen.printed).to.include.members([
      `skipped: ${nodeId(1)}.example.com (${nodeId(1)}) changed meanwhile`,
      `SUPPRESSED: ${nodeId(1)}, blind spot; keeps the note of eve (--replace-notes replaces it)`,
    ]);
  });

  it("cannot write to a report's file", async () => {
    expect(await triage(given(FINDINGS), order([1]), dialog()).catch(String)).to.match(/a test cannot be written/);
  });
});

describe("npm run findings -- triage, its command line", () => {
  const wrong: [args: string, words: RegExp][] = [
    ["--status NEW", /no findings are selected; give --node, --finding, --name or another filter/],
    [`--node ${nodeId(1)}`, /'--status <status>' not specified/],
    [`--node ${nodeId(1)} --status RESOLVED`, /Allowed choices are NEW, NOTIFIED, SUPPRESSED/],
    [`--node ${nodeId(1)} --finding x --status NEW`, /cannot be used with/],
    ["--status NEW --finding ", /--finding <id\.\.\.>' argument '' is invalid. Allowed: text of 1 to 512 characters/],
  ];
  for (const [args, words] of wrong) {
    it(`has one line for ${JSON.stringify(args)}`, () => {
      let text = "";
      const read = () => commandLine(["triage", "--region", REGION, ...args.split(" ")], (line) => void (text += line));
      expect(read).to.throw();
      expect(text)
        .to.match(words)
        .and.to.match(/^error: [^\n]*\n$/);
    });
  }

  it("reads named findings also if they are closed, and others only if they are open", () => {
    const read = (...args: string[]) =>
      commandLine(["triage", "--region", REGION, "--status", "NEW", ...args], console.error);
    expect(read("--finding", "a", "b")).to.have.deep.nested.property("filter.ids", ["a", "b"]);
    expect(read("--finding", "a")).to.have.nested.property("filter.state", "all");
    expect(read("--node", nodeId(1))).to.have.nested.property("filter.state", "all");
    expect(read("--name", "web", "--by", "ann")).to.deep.include({
      filter: { ...EVERYTHING, name: "web", state: "ACTIVE" },
      request: { status: "NEW", by: "ann", replaceNotes: false },
      yes: false,
    });
  });

  it("does not ask after --yes", async () => {
    expect(await confirmation(true)("?")).to.equal(true);
  });
});
