/** `npm run findings -- triage`, while other people write too. */
import { BatchUpdateFindingsCommand } from "@aws-sdk/client-securityhub";
import { expect } from "chai";
import { EVERYTHING, type FindingFilter } from "../../commands/findings/filter.ts";
import { triage } from "../../commands/findings/triage.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { World } from "../fixtures/findings-world.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const finding = (index: number, parts: object = {}) => complianceFinding(nodeId(index), [{ id: "KB1" }], parts);
const REQUEST = { status: "NOTIFIED", note: "bulk", by: "ann", replaceNotes: false } as const;
const UPDATE = { service: "securityhub", operation: "BatchUpdateFindings" } as const;
const MARK = {
  Workflow: { Status: "SUPPRESSED" },
  Note: { Text: "Suppressed by patch-manager-findings: accepted", UpdatedBy: "patch-manager-findings" },
};

describe("npm run findings -- triage, while others write", () => {
  let world: World;
  before(async () => void (world = await World.start()));
  after(() => world.gateway.close());

  const bobWrites = async (index: number) => {
    const { Id, ProductArn } = finding(index);
    const [Workflow, Note] = [{ Status: "SUPPRESSED" as const }, { Text: "accepted until May", UpdatedBy: "bob" }];
    await world
      .client()
      .send(new BatchUpdateFindingsCommand({ FindingIdentifiers: [{ Id, ProductArn }], Workflow, Note }));
  };
  const notes = () => world.held().map((one) => (one as { Note?: { Text: string } }).Note?.Text);
  async function run(whenAsked: () => Promise<void> = () => Promise.resolve(), filter: FindingFilter = EVERYTHING) {
    const [printed, warned]: [string[], string[]] = [[], []];
    const ask = async () => {
      await whenAsked();
      return true;
    };
    const print = (line: string) => void printed.push(line);
    const dialog = { print, warn: (line: string) => void warned.push(line), ask };
    const code = await triage(world.source(), { filter, request: REQUEST }, dialog).catch(String);
    return { code, printed, warned };
  }

  it("leaves alone what somebody wrote while the question was open", async () => {
    world.serve({ findings: [finding(1), finding(2)] });
    const { code, printed } = await run(() => bobWrites(1));
    expect(code).to.equal(1);
    expect(printed).to.include(`skipped: ${nodeId(1)}.example.com (${nodeId(1)}) changed meanwhile`);
    expect(printed.at(-1)).to.equal("1 finding written, 0 refused, 1 skipped");
    expect(notes()).to.deep.equal(["accepted until May", "bulk"]);
  });

  it("reads again before each call of 100", async () => {
    world.serve({ findings: Array.from({ length: 101 }, (_, index) => finding(index)) });
    const source = world.source();
    const found = await source.read(EVERYTHING);
    const views = found.entries.map(({ view }) => view);
    const last = Array.from({ length: 101 }, (_, index) => index).find(
      (index) => nodeId(index) === views.at(-1)?.nodeId,
    );
    const outcomes: string[] = [];
    for await (const { skip = "written" } of source.triage?.(views, REQUEST) ?? []) {
      // The first call is over, and the second has not begun.
      if (outcomes.push(skip) === 100) await bobWrites(last ?? 0);
    }
    expect(outcomes.slice(99)).to.deep.equal(["written", "changed"]);
  });

  it("counts what was written before a retry failed", async () => {
    const denied = { kind: "error", status: 403, code: "AccessDeniedException" } as const;
    const faults = [
      { ...UPDATE, from: 1, count: 1, kind: "partial", status: 500 } as const,
      { ...UPDATE, from: 2, count: 99, ...denied },
    ];
    world.serve({ findings: [1, 2, 3, 4].map((index) => finding(index)), faults });
    const { code, printed } = await run();
    const written = notes().filter((note) => note === "bulk").length;
    expect(code).to.match(/AccessDenied/);
    expect(written).to.be.greaterThan(0);
    expect(printed.filter((line) => line.startsWith("NOTIFIED: "))).to.have.lengthOf(written);
    expect(printed.at(-1)).to.match(new RegExp(`^wrote ${written} of 4 findings;`));
  });

  it("says before the question which suppressions end", async () => {
    world.serve({ findings: [finding(1, MARK), finding(2)] });
    expect((await run()).warned.at(-1)).to.equal("1 of them is suppressed now, 1 by an exception: that ends.");
  });

  it("names findings that may have the CVE too, as list does", async () => {
    const known = finding(1, { Vulnerabilities: [{ Id: "CVE-2026-1111" }] });
    const partial = finding(2, {
      Vulnerabilities: [{ Id: "CVE-2026-3333" }],
      ProductFields: { ...finding(2).ProductFields, "PatchFindings/Vulnerabilities": "9 CVEs: CVE-2026-3333, 8 more" },
    });
    world.serve({ findings: [known, partial] });
    const { warned } = await run(undefined, { ...EVERYTHING, cve: "CVE-2026-1111" });
    expect(warned[0]).to.match(/^1 finding lists only some of its CVEs: /);
  });
});
