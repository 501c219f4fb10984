import { DEFAULT_POLICIES } from "../../contract/policies.ts";
import { expect } from "chai";
import { chooseSeverity } from "../../functions/compliance/node-severity.ts";
import { StaleReading } from "../../functions/runtime/errors.ts";
import { buildFinding } from "../../functions/security-hub/asff/compliance.ts";
import type { SourceReading } from "../../functions/compliance/reading.ts";
import { decisiveSources } from "../../functions/compliance/sources.ts";
import { run as publish } from "../../functions/publish.ts";
import { NO_METRICS } from "../doubles/counters.ts";
import { destinationOn } from "../doubles/partial-hub.ts";
import { sendingTo } from "../doubles/sent-on.ts";
import {
  counts,
  minutes,
  noncompliantSource,
  patch,
  rated,
  READ_AT,
  reference,
  SCOPE,
  source,
} from "../fixtures/node-fixtures.ts";

describe("many associations on one node", () => {
  const association = (id: string, hours: number, missing: number, severity?: string): SourceReading => ({
    kind: "Association",
    operationId: id,
    endedAt: minutes(-60 * hours),
    counts: counts({ missing }),
    ...(severity !== undefined && { nonCompliantSeverity: severity }),
  });
  const decide = (...sources: SourceReading[]) =>
    decisiveSources(sources, READ_AT).map(({ operationId }) => operationId);
  const good = association("good", 1, 0);
  const better = association("better", 2, 0);
  const low = association("low", 3, 9, "LOW");
  const critical = association("critical", 24, 4, "CRITICAL");
  const outdated = association("outdated", 24 * 9, 4, "CRITICAL");

  it("keep the newest and the worst, at any age that counts", () => {
    expect(decide(low, good, critical, better)).to.deep.equal(["good", "critical"]);
    expect(decide(better, outdated, good)).to.deep.equal(["good"]);
    expect(decide(critical)).to.deep.equal(["critical"]);
    expect(decide()).to.deep.equal([]);
  });

  it("show the same noncompliant one with and without the compliant ones", () => {
    const few = association("few", 2, 1);
    const many = association("many", 5, 5);
    expect(decide(few, many)).to.deep.equal(["few", "many"]);
    expect(decide(good, few, many)).to.deep.equal(["good", "many"]);
  });
});

describe("a node that Systems Manager does not describe", () => {
  const label = (id: string) => {
    const source = noncompliantSource([patch({ id, level: "UNSPECIFIED", vendor: "Important" })]);
    const evidence = { nodeId: "i-00000001", readAt: READ_AT, endedAt: READ_AT, sources: [source], notes: "" };
    return chooseSeverity(evidence, DEFAULT_POLICIES).label;
  };
  for (const id of ["openssl.amd64", "libssl3:arm64", "tzdata.all"]) {
    it(`has package priorities if its packages are Debian's: ${id}`, () => expect(label(id)).to.equal("INFORMATIONAL"));
  }
  for (const id of ["openssl.x86_64", "kernel.aarch64", "KB5034441", "tzdata.noarch"]) {
    it(`otherwise has vendor severities: ${id}`, () => expect(label(id)).to.equal("HIGH"));
  }
});

describe("closing on a reading that waited in retries", () => {
  const open = buildFinding(rated(), SCOPE, {
    createdAt: minutes(-600),
    firstObservedAt: minutes(-600),
    updatedAt: minutes(-600),
  });
  const stored = { ...open, ProductFields: { ...open.ProductFields, "PatchFindings/OperationEndTime": minutes(-600) } };
  const compliant = rated([source()], "compliant");

  async function publishAfter(ageMinutes: number) {
    const imported: unknown[] = [];
    const outcome: unknown = await publish(
      { references: [reference()], judgements: [compliant] },
      {
        destination: destinationOn({
          findings: () => Promise.resolve([stored as never]),
          importFindings: (findings) => {
            imported.push(...findings);
            return Promise.resolve([]);
          },
          updateWorkflow: () => Promise.resolve([]),
        }),
        ...sendingTo(),
        logger: { info: () => undefined, warn: () => undefined },
        counter: NO_METRICS,
        now: () => new Date(minutes(ageMinutes)),
        planOnly: false,
        policies: DEFAULT_POLICIES,
      },
    ).catch((error: unknown) => error);
    return { outcome, imported };
  }

  it("succeeds at once, and fails after 15 minutes", async () => {
    const fresh = await publishAfter(14);
    expect(fresh.imported).to.have.lengthOf(1);
    expect(fresh.imported[0]).to.deep.include({ RecordState: "ARCHIVED", Compliance: { Status: "PASSED" } });
    const stale = await publishAfter(16);
    expect(stale.outcome).to.be.instanceOf(StaleReading);
    expect(stale.imported).to.deep.equal([]);
  });
});
