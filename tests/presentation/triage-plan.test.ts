import { expect } from "chai";
import { findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import { isOwn } from "../../presentation/findings/own-finding.ts";
import { planAgain, triagePlan, triageProblem, type TriageRequest } from "../../presentation/findings/triage-plan.ts";
import { planInWords } from "../../presentation/findings/triage-words.ts";
import { blindSpotFinding, complianceFinding, NATIVE_FINDING } from "../fixtures/finding-samples.ts";
import { elsewhere } from "../fixtures/findings-fixtures.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const REQUEST: TriageRequest = { status: "SUPPRESSED", note: "being replaced", by: "ann", replaceNotes: false };
type Changes = { readonly [Key in keyof TriageRequest]?: TriageRequest[Key] | undefined };
const MARK = "Suppressed by patch-manager-findings: KB1 accepted until 2026-12-31 by jane";
const PROGRAM = "patch-manager-findings";

function viewOf(finding: object): FindingView {
  const view = findingView(finding);
  if (view === undefined) throw new Error("no view");
  return view;
}
const stored = (parts: object = {}) => viewOf(complianceFinding(nodeId(1), [{ id: "KB1" }], parts));
const noteOf = (by: string, text = "before") => ({ Note: { Text: text, UpdatedBy: by } });
const suppressed = { Workflow: { Status: "SUPPRESSED" } };

describe("the triage plan: what is written", () => {
  const cases: [name: string, parts: object, request: Changes, written: object | string][] = [
    ["no note yet", {}, {}, { note: "being replaced" }],
    ["a note of the same person", noteOf("ann"), {}, { note: "being replaced" }],
    ["a note of the program", noteOf(PROGRAM), {}, { note: "being replaced" }],
    ["a note of somebody else", noteOf("bob"), {}, { kept: "bob" }],
    ["a note without an author", { Note: { Text: "x" } }, {}, { kept: "somebody" }],
    ["a note of somebody else, to be replaced", noteOf("bob"), { replaceNotes: true }, { note: "being replaced" }],
    ["an author that only looks like the program", noteOf(`${PROGRAM}2`), {}, { kept: `${PROGRAM}2` }],
    ["no note in the request", noteOf("bob"), { note: undefined }, {}],
    ["this status and another note", { ...suppressed, ...noteOf("ann") }, {}, { note: "being replaced" }],
    ["this status and somebody else's note", { ...suppressed, ...noteOf("bob") }, {}, "unchanged"],
    ["this status and this note", { ...suppressed, ...noteOf("ann", "being replaced") }, {}, "unchanged"],
    ["this status, and no note in the request", suppressed, { note: undefined }, "unchanged"],
    ["a closed finding", { RecordState: "ARCHIVED" }, {}, "closed"],
    [
      "the program's suppression, without a note",
      { ...suppressed, ...noteOf(PROGRAM, MARK) },
      { note: undefined },
      "exception",
    ],
    ["the program's note, without a note", noteOf(PROGRAM, MARK), { note: undefined }, "needsNote"],
    ["the program's suppression, with a note", { ...suppressed, ...noteOf(PROGRAM, MARK) }, {}, "exception"],
    [
      "the program's suppression, taken over",
      { ...suppressed, ...noteOf(PROGRAM, MARK) },
      { replaceNotes: true },
      { note: "being replaced" },
    ],
    [
      "the program's suppression, taken over without a note",
      { ...suppressed, ...noteOf(PROGRAM, MARK) },
      { replaceNotes: true, note: undefined },
      "exception",
    ],
    [
      "the program's suppression, lifted",
      { ...suppressed, ...noteOf(PROGRAM, MARK) },
      { status: "NEW", note: undefined },
      {},
    ],
    ["another generator", { GeneratorId: "x" }, {}, "foreign"],
    [
      "another account's product",
      { ProductArn: "arn:aws:securityhub:us-east-2:222233334444:product/222233334444/default" },
      {},
      "foreign",
    ],
  ];
  for (const [name, parts, changes, expected] of cases) {
    it(name, () => {
      const request = { ...REQUEST, ...changes } as TriageRequest;
      const { updates, skips } = triagePlan([stored(parts)], request);
      const found = updates.map(({ note: written, keptNoteOf }) => ({
        ...(written && { note: written.text }),
        ...(keptNoteOf !== undefined && { kept: keptNoteOf }),
      }));
      expect([...found, ...skips.map(({ reason }) => reason)]).to.deep.equal([expected]);
    });
  }

  it("names the finding by Id and product, with status and author", () => {
    const view = stored();
    const { updates } = triagePlan([view], { ...REQUEST, by: " ann ", note: " a\nb " });
    expect(updates).to.deep.equal([
      {
        view,
        id: `${PROGRAM}/${SCOPE.region}/${SCOPE.account}/${nodeId(1)}`,
        productArn: `arn:aws:securityhub:${SCOPE.region}:${SCOPE.account}:product/${SCOPE.account}/default`,
        status: "SUPPRESSED",
        note: { text: "a\nb", updatedBy: "ann" },
      },
    ]);
  });
});

describe("the triage plan: whose findings", () => {
  const own = complianceFinding(nodeId(1), [{ id: "KB1" }]);
  const cases: [name: string, finding: object, expected: boolean][] = [
    ["ours", own, true],
    ["our blind spot", blindSpotFinding(nodeId(1)), true],
    ["ours in another account and Region", elsewhere(own, { account: "222233334444", region: "cn-north-1" }), true],
    ["ours in another partition", { ...own, ProductArn: own.ProductArn.replace("arn:aws:", "arn:aws-cn:") }, true],
    ["of another partition's form", { ...own, ProductArn: own.ProductArn.replace("arn:aws:", "arn:x:") }, false],
    ["the native integration's", NATIVE_FINDING, false],
    ["with another account's Id", { ...own, AwsAccountId: "222233334444" }, false],
    ["in another Region", { ...own, Region: "eu-west-1" }, false],
    ["of another node", { ...own, Id: own.Id.replace(nodeId(1), nodeId(2)) }, false],
    ["of the other kind", { ...own, Id: `${own.Id}/blind-spot` }, false],
  ];
  for (const [name, finding, expected] of cases) {
    it(`${expected ? "takes" : "leaves"} one that is ${name}`, () => expect(isOwn(viewOf(finding))).to.equal(expected));
  }
});

describe("the triage plan: which requests", () => {
  const cases: [name: string, request: Partial<TriageRequest>, problem: RegExp | undefined][] = [
    ["a note", {}, undefined],
    ["512 characters", { note: "x".repeat(512) }, undefined],
    ["513 characters", { note: "x".repeat(513) }, /^the note must have 1 to 512 readable characters$/],
    ["a blank note", { note: " \u202e\n" }, /^the note must/],
    ["half a character", { note: "x\ud800" }, /^the note must/],
    ["no author", { by: " " }, /^the note's author must/],
    ["the program as author", { by: ` ${PROGRAM}` }, /author cannot be patch-manager-findings/],
    [
      "a status of the program",
      { status: "RESOLVED" as "NEW" },
      /^the status must be one of NEW, NOTIFIED, SUPPRESSED$/,
    ],
  ];
  for (const [name, request, problem] of cases) {
    it(`${problem === undefined ? "takes" : "refuses"} ${name}`, () => {
      const found = triageProblem({ ...REQUEST, ...request });
      if (problem === undefined) expect(found).to.equal(undefined);
      else expect(found).to.match(problem);
    });
  }
});

describe("the triage plan: findings that changed since a person saw them", () => {
  const cases: [name: string, now: object | undefined, expected: string][] = [
    ["nothing changed", {}, "written"],
    ["another severity", { Severity: { Label: "LOW" } }, "written"],
    ["another status", { Workflow: { Status: "NOTIFIED" } }, "changed"],
    ["the same status as asked for", suppressed, "changed"],
    ["a new note", noteOf("bob"), "changed"],
    ["closed", { RecordState: "ARCHIVED" }, "closed"],
    ["deleted", undefined, "gone"],
  ];
  for (const [name, now, expected] of cases) {
    it(name, () => {
      const { updates, skips, gone } = planAgain([stored()], now === undefined ? [] : [stored(now)], REQUEST);
      const found = [...updates.map(() => "written"), ...skips.map(({ reason }) => reason), ...gone.map(() => "gone")];
      expect(found).to.deep.equal([expected]);
    });
  }

  it("sees a note with another text or author, also if the plan would be the same", () => {
    const seen = stored(noteOf("bob"));
    for (const now of [noteOf("bob", "after"), noteOf("eve")])
      expect(planAgain([seen], [stored(now)], { ...REQUEST, replaceNotes: true }).updates).to.deep.equal([]);
  });
});

describe("the triage plan in words: suppressions", () => {
  const byProgram = stored({ ...suppressed, ...noteOf(PROGRAM, MARK) });
  const byPerson = stored({ ...suppressed, ...noteOf("bob") });
  const words = (views: FindingView[], request: Partial<TriageRequest>, when: "before" | "done" = "before") =>
    planInWords(triagePlan(views, { ...REQUEST, ...request }), when);

  it("says which suppressions end", () => {
    const both = [byProgram, byPerson, stored()];
    expect(words(both, { status: "NOTIFIED" })).to.include(
      "2 of them are suppressed now, 1 by an exception: that ends.",
    );
    expect(words(both, { status: "NEW" }, "done")).to.include(
      "2 of them were suppressed before, 1 by an exception: that ended.",
    );
    expect(words([byPerson, stored()], { status: "NOTIFIED" })).to.include("1 of them is suppressed now: that ends.");
    expect(words([stored()], { status: "NOTIFIED" }).join(" ")).not.to.include("suppressed now");
  });

  it("says which suppressions a person takes over, and which stay with the exception", () => {
    expect(words([byProgram], { replaceNotes: true })).to.include(
      "1 suppression of an exception becomes yours and has no end.",
    );
    expect(words([byProgram], {}).at(-1)).to.match(/^1 finding does not change: it is suppressed by an exception/);
  });
});
