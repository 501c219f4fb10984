import { DEFAULT_POLICIES, type Policies } from "../../../../contract/policies.ts";
import { expect } from "chai";
import fc from "fast-check";
import { chooseSeverity } from "../../../../functions/compliance/node-severity.ts";
import { buildFinding } from "../../../../functions/security-hub/asff/compliance.ts";
import {
  associationSource,
  inventorySource,
  patchSource,
  patchSourceFromRows,
} from "../../../../functions/compliance/patch-source.ts";
import type { SourceReading } from "../../../../functions/compliance/reading.ts";
import { cleanText } from "../../../../functions/runtime/text.ts";
import { judge } from "../../../../functions/compliance/verdict.ts";
import { SecurityHub } from "../../../../local/services/security-hub/security-hub.ts";
import { PRODUCT_FIELDS } from "../../../../contract/product-fields.ts";
import { SEVERITY_LABELS } from "../../../../contract/severity.ts";
import { decide } from "../../../../functions/finding/decide.ts";
import { decode, encode } from "../../../../functions/security-hub/asff/asff.ts";
import {
  days,
  FIXED,
  hostileText,
  minutes,
  NODE,
  reading,
  READ_AT,
  reference,
  SCOPE,
} from "../../../fixtures/node-fixtures.ts";

/** The objections of Security Hub's stand-in to findings. Empty if it accepts all of them. */
function refusals(findings: readonly object[]): string[] {
  const hub = new SecurityHub({
    account: SCOPE.account,
    region: SCOPE.region,
    now: () => new Date(READ_AT),
    findings: [],
  });
  const caller = { roleArn: "arn:aws:iam::111122223333:role/publish", account: SCOPE.account, region: SCOPE.region };
  const Findings: unknown = JSON.parse(JSON.stringify(findings));
  const answer = hub.call("BatchImportFindings", { Findings }, caller) as {
    FailedFindings?: { ErrorCode: string; ErrorMessage: string }[];
  };
  return (answer.FailedFindings ?? []).map(({ ErrorCode, ErrorMessage }) => `${ErrorCode}: ${ErrorMessage}`);
}

/** The finding of a node with these sources, or undefined if it is not judged. */
function findingOf(sources: readonly SourceReading[], names: readonly string[] = []) {
  const [platformName, platformVersion, computerName] = names.map((name) => cleanText(name, 1_020));
  const node = {
    ...(platformName && { platformName }),
    ...(platformVersion && { platformVersion }),
    ...(computerName && { computerName }),
  };
  const run = { document: "AWS-RunPatchBaseline", operationId: "o".repeat(64), notBefore: minutes(60) } as const;
  const verdict = judge(reference({ nodeId: NODE, attempts: 5, patchRun: run }), reading(sources, { node }));
  if (!("evidence" in verdict)) return undefined;
  const judged = { ...verdict, severity: chooseSeverity(verdict.evidence, DEFAULT_POLICIES) };
  return buildFinding(judged, SCOPE, { createdAt: minutes(0), updatedAt: minutes(0), firstObservedAt: minutes(0) });
}

/** A finding that opened 400 days ago, as it is written again. */
function rewritten(sources: readonly SourceReading[], policies: Policies, acceptedBy: number | undefined) {
  const read = { ...reading(sources), ...(acceptedBy !== undefined && { acceptedBy }) };
  const verdict = judge(reference({ nodeId: NODE, attempts: 5 }), read);
  if (!("evidence" in verdict) || verdict.status !== "noncompliant") return undefined;
  const judged = { ...verdict, severity: chooseSeverity(verdict.evidence, policies) };
  const opened = decide("compliance", judged, undefined, "");
  const first = opened && encode(opened, judged, undefined, SCOPE);
  if (first === undefined) return undefined;
  const levelsSince = SEVERITY_LABELS.map((label) => `${label} ${days(-400)}`).join(", ");
  const fields = { [PRODUCT_FIELDS.openSince]: days(-400), [PRODUCT_FIELDS.levelsSince]: levelsSince };
  const stored = { ...first, ProductFields: { ...first.ProductFields, ...fields } };
  const intent = decide("compliance", judged, decode(stored, "compliance"), "other content", policies);
  return intent && encode(intent, judged, stored, SCOPE);
}

const anyTime = fc.oneof(
  fc.date({ noInvalidDate: false }),
  hostileText(30),
  fc.constantFrom("20000", "+275760-09-13T00:00:00.000Z", "-000001-01-01T00:00:00Z", "1763640000.123", "", "0"),
  fc.double(),
  fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }),
);
const anyCount = fc.oneof(fc.integer(), fc.double(), fc.nat(200_000).map(String), hostileText(10), fc.constant("1e9"));
const COUNTS = ["Installed", "InstalledOther", "InstalledPendingReboot", "InstalledRejected", "Missing", "Failed"];
const COUNT_KEYS = [
  ...COUNTS.map((name) => `${name}Count`),
  "CriticalNonCompliantCount",
  "SecurityNonCompliantCount",
  "OtherNonCompliantCount",
  "AvailableSecurityUpdateCount",
];
const TEXT_KEYS = ["BaselineId", "PatchGroup", "Operation", "OperationType", "RebootOption", "NonCompliantSeverity"];
const anyFields = fc.record({
  ...Object.fromEntries(COUNT_KEYS.map((key) => [key, anyCount])),
  ...Object.fromEntries(TEXT_KEYS.map((key) => [key, hostileText()])),
  OperationStartTime: anyTime,
  OperationEndTime: anyTime,
});
const manyCves = fc
  .nat(300)
  .map((count) => Array.from({ length: count }, (_, cve) => `CVE-2024-${10_000 + cve}`).join());
const anyRow = fc.record({
  Id: hostileText(),
  Title: hostileText(),
  Status: fc.constantFrom("COMPLIANT", "NON_COMPLIANT", "NON_COMPLIANT"),
  Severity: fc.constantFrom("CRITICAL", "UNSPECIFIED", ""),
  ExecutionSummary: fc.record({ ExecutionTime: anyTime, ExecutionType: hostileText() }),
  Details: fc.record({
    PatchState: fc.oneof(fc.constantFrom("Missing", "Failed", "InstalledRejected"), hostileText(20)),
    PatchSeverity: hostileText(),
    Classification: hostileText(),
    CVEIds: manyCves,
    PatchGroup: hostileText(),
    PatchBaselineId: hostileText(),
  }),
});
const anyRows = fc.array(anyRow, { maxLength: 20 });
const anyEntry = fc.record({
  KBId: hostileText(),
  Title: hostileText(),
  State: fc.constant("Missing"),
  Severity: hostileText(),
});
const anySource: fc.Arbitrary<SourceReading | undefined> = fc.oneof(
  fc.tuple(anyFields, anyRows, fc.boolean()).map(([fields, rows, hasRows]) => patchSource(fields, rows, hasRows)),
  anyRows.map(patchSourceFromRows),
  fc
    .tuple(anyFields, fc.array(anyEntry, { maxLength: 20 }))
    .map(([fields, entries]) => inventorySource(fields, entries)),
  fc.tuple(anyFields, anyRow).map(([fields, row]) => {
    return associationSource({ ...row, Details: { ...row.Details, DetailedText: JSON.stringify(fields) } });
  }),
);

describe("buildFinding: limits of the format", () => {
  it("are kept for any input", () => {
    const sources = fc.array(anySource, { minLength: 1, maxLength: 4 });
    const names = fc.array(hostileText(1_100), { minLength: 3, maxLength: 3 });
    let built = 0;
    fc.assert(
      fc.property(sources, names, (given, words) => {
        const finding = findingOf(
          given.filter((one) => one !== undefined),
          words,
        );
        if (finding === undefined) return;
        built += 1;
        expect(refusals([finding])).to.deep.equal([]);
        expect(Buffer.byteLength(JSON.stringify(finding))).to.be.below(200_000);
      }),
      { ...FIXED, numRuns: 300 },
    );
    expect(built, "too few findings were checked").to.be.at.least(200);
  });

  it("are kept by what a finding remembers and accepts, for any input", () => {
    const sources = fc.array(anySource, { minLength: 1, maxLength: 4 });
    let written = 0;
    fc.assert(
      fc.property(sources, hostileText(300), fc.constantFrom(undefined, 0), (given, words, acceptedBy) => {
        const text = cleanText(words, 300) ?? "x";
        const exceptions = [{ owner: text, reason: text, ticket: text, until: days(3) }];
        const policies = { ...DEFAULT_POLICIES, overdueRaisesSeverity: true, exceptions };
        const finding = rewritten(
          given.filter((one) => one !== undefined),
          policies,
          acceptedBy,
        );
        if (finding === undefined) return;
        written += 1;
        expect(refusals([finding])).to.deep.equal([]);
        const fields = Object.entries(finding.ProductFields ?? {});
        expect(fields.length).to.be.at.most(50);
        for (const [key, value] of fields) expect(`${key} ${value}`.length).to.be.at.most(key.length + 1 + 2_048);
      }),
      { ...FIXED, numRuns: 300 },
    );
    expect(written, "too few findings were checked").to.be.at.least(100);
  });

  const times = ["20000", "+275760-09-13T00:00:00.000Z", "-000001-01-01T00:00:00.000Z"];
  for (const time of times) {
    it(`are kept if an operation's time is ${time}`, () => {
      const source = patchSource({ MissingCount: 1, OperationStartTime: time, OperationEndTime: time }, [], false);
      const finding = findingOf([source]);
      if (finding === undefined) throw new Error("no finding was built");
      expect(refusals([finding])).to.deep.equal([]);
    });
  }

  it("are enforced by the stand-in", () => {
    expect(refusals([{ Id: "x", Title: "" }])).to.not.be.empty;
  });
});
