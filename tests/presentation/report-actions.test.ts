import { expect } from "chai";
import { actionInWords, actionsOf } from "../../presentation/findings/actions.ts";
import { findingView } from "../../presentation/findings/finding-view.ts";
import { blindSpotFinding, complianceFinding } from "../fixtures/finding-samples.ts";
import { nodeId, READ_AT } from "../fixtures/node-fixtures.ts";
import { cells, reportPage, texts } from "../fixtures/report-page.ts";

const SUBJECT = { title: "T", account: "111122223333", region: "us-east-2", generatedAt: new Date(READ_AT) };
const KB1 = { id: "KB1", title: "KB1", level: "CRITICAL" };
const KB2 = { id: "KB2", title: "KB2", level: "LOW" };
const fields = (parts: object) => ({ ProductFields: parts });

/** A finding that keeps the fields of the program besides those that are given. */
function withFields(finding: ReturnType<typeof complianceFinding>, parts: Readonly<Record<string, string>>): object {
  return { ...finding, ProductFields: { ...finding.ProductFields, ...parts } };
}
const actions = (...findings: readonly object[]) =>
  actionsOf(findings.flatMap((finding) => findingView(finding) ?? [])).map((action) => actionInWords(action));

describe("actions of findings", () => {
  const table: [what: string, findings: readonly object[], words: readonly string[]][] = [
    ["nothing", [], []],
    [
      "one patch on nodes, some of them overdue",
      [
        complianceFinding(nodeId(1), [KB1]),
        withFields(complianceFinding(nodeId(2), [KB1]), { "PatchFindings/Due": "overdue" }),
      ],
      ["Install KB1 on 2 nodes (worst CRITICAL, 1 overdue)"],
    ],
    [
      "a patch that decides no severity comes last",
      [complianceFinding(nodeId(1), [KB1, KB2])],
      ["Install KB1 on 1 node (worst CRITICAL)", "Install KB2 on 1 node"],
    ],
    [
      "a patch that failed needs an install too",
      [complianceFinding(nodeId(1), [KB1, { ...KB2, state: "Failed" }])],
      [
        "Fix failed installs on 1 node (worst CRITICAL)",
        "Install KB1 on 1 node (worst CRITICAL)",
        "Install KB2 on 1 node",
      ],
    ],
    [
      "of several causes no patch is known to be missing",
      [complianceFinding(nodeId(1), [KB1, { ...KB2, state: "InstalledPendingReboot" }])],
      ["Install missing patches, and fix other causes, on 1 node (worst CRITICAL)", "Reboot 1 node (worst CRITICAL)"],
    ],
    [
      "only a reboot",
      [complianceFinding(nodeId(1), [{ ...KB2, state: "InstalledPendingReboot" }])],
      ["Reboot 1 node (worst LOW)"],
    ],
    [
      "an unknown patch status",
      [blindSpotFinding(nodeId(1)), blindSpotFinding(nodeId(2))],
      ["Find out why the patch status is unknown on 2 nodes (worst MEDIUM)"],
    ],
    [
      "no names",
      [withFields(complianceFinding(nodeId(1), [KB1]), { "PatchFindings/WorstPatches": "9 in all" })],
      ["Install the missing patches on 1 node (worst CRITICAL)"],
    ],
    ["no causes", [complianceFinding(nodeId(1), [KB2], fields({}))], ["Check the patches of 1 node (worst LOW)"]],
  ];
  for (const [what, findings, words] of table) {
    it(what, () => expect(actions(...findings)).to.deep.equal(words));
  }

  it("come with the worst severity first, then overdue nodes, then nodes", () => {
    const low = (node: number) => complianceFinding(nodeId(node), [KB2]);
    const late = withFields(complianceFinding(nodeId(9), [{ ...KB2, id: "KB3", title: "KB3" }]), {
      "PatchFindings/Due": "overdue",
    });
    expect(actions(low(1), low(2), late, complianceFinding(nodeId(8), [KB1]))).to.deep.equal([
      "Install KB1 on 1 node (worst CRITICAL)",
      "Install KB3 on 1 node (worst LOW, 1 overdue)",
      "Install KB2 on 2 nodes (worst LOW)",
    ]);
  });

  it("are a table with computer names beside ids, at most three", () => {
    const one = reportPage([complianceFinding(nodeId(1), [KB1])], SUBJECT);
    expect(cells(one, "#actions tbody tr")).to.deep.equal([
      `Install KB1|1|0|◆ CRITICAL|${nodeId(1)}.example.com (${nodeId(1)})`,
    ]);
    const many = (count: number) =>
      Array.from({ length: count }, (_, node) => complianceFinding(nodeId(node + 1), [KB1]));
    expect(texts(reportPage(many(4), SUBJECT), "#actions td:last-child")[0]).to.match(/\) and 1 other node$/);
    expect(texts(reportPage(many(5), SUBJECT), "#actions td:last-child")[0]).to.match(/\) and 2 other nodes$/);
  });

  it("are at most 20, and say how many are not shown", () => {
    const different = Array.from({ length: 22 }, (_, at) =>
      complianceFinding(nodeId(at + 1), [{ id: `KB${at}`, title: `KB${at}`, level: "LOW" }]),
    );
    const page = reportPage(different, SUBJECT);
    expect(cells(page, "#actions tbody tr")).to.have.lengthOf(20);
    expect(texts(page, "#actions .scroll > p")[0]).to.match(/2 more actions not shown\.$/);
  });
});
