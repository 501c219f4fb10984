import { expect } from "chai";
import { judge } from "../../../functions/compliance/verdict.ts";
import {
  days,
  minutes,
  noncompliantSource,
  reading,
  READ_AT,
  reference,
  source,
} from "../../fixtures/node-fixtures.ts";
import { judgeTable } from "../../fixtures/verdict-table.ts";

const swept = { sweep: READ_AT };
const listed = { listed: true as const };
const ended = (count: number) => ({ startedAt: days(-count), endedAt: days(-count) });

describe("judge: references of a sweep", () => {
  judgeTable([
    { name: "recent data", reference: swept, sources: [source()], reading: listed, first: "compliant" },
    {
      name: "data of 29 days ago",
      reference: swept,
      sources: [source(ended(29))],
      reading: listed,
      first: "compliant",
    },
    {
      name: "data of 30 days ago",
      reference: swept,
      sources: [source(ended(30))],
      reading: listed,
      first: "compliant",
      blindSpot: "silent",
    },
    {
      name: "a problem of 90 days ago",
      reference: swept,
      sources: [noncompliantSource(undefined, ended(90))],
      reading: listed,
      first: "noncompliant",
      blindSpot: "silent",
    },
    { name: "old data, when an event asks", sources: [source(ended(90))], reading: listed, first: "compliant" },
    {
      name: "old data of a node that is not listed",
      reference: swept,
      sources: [source(ended(90))],
      first: "compliant",
    },
    {
      name: "never any data, registered long ago",
      reference: swept,
      reading: { ...listed, registeredAt: days(-30) },
      first: "unknown",
      blindSpot: "noData",
    },
    {
      name: "never any data, registered at a time that is not known",
      reference: swept,
      reading: listed,
      first: "unknown",
      blindSpot: "noData",
    },
    {
      name: "never any data, registered lately",
      reference: swept,
      reading: { ...listed, registeredAt: days(-29) },
      first: "unknown",
    },
    { name: "never any data, and not listed", reference: swept, first: "unknown" },
    {
      name: "a run that is expected as well is waited for",
      reference: { ...swept, patchRun: { document: "AWS-RunPatchBaseline", notBefore: minutes(-5), status: "Failed" } },
      sources: [source()],
      reading: listed,
      first: "notReady",
      last: "unproven",
      blindSpot: "failedRun",
    },
    {
      name: "a node that cannot be read",
      reference: swept,
      reading: { ...listed, unread: "AccessDeniedException: no" },
      first: "notReady",
      last: "invalid",
    },
  ]);

  it("takes the number of days from the deployment", () => {
    const verdict = judge(reference(swept), reading([source(ended(7))], listed), 7);
    expect(verdict).to.have.nested.property("blindSpot.reason").that.includes("at least 7 days ago");
  });
});

describe("judge: removed nodes", () => {
  judgeTable([
    {
      name: "terminated, whatever is still known",
      reference: { removed: "terminated" },
      reading: listed,
      first: "unknown",
    },
    { name: "absent", reference: { ...swept, removed: "absent" }, sources: [noncompliantSource()], first: "unknown" },
    {
      name: "absent, but listed again",
      reference: { ...swept, removed: "absent" },
      sources: [noncompliantSource()],
      reading: listed,
      first: "noncompliant",
    },
  ]);

  it("returns why the node was removed, and which sweep found it", () => {
    expect(judge(reference({ ...swept, removed: "absent" }), reading([]))).to.include({
      removed: "absent",
      sweep: READ_AT,
    });
  });
});
