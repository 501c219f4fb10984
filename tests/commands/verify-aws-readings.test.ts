/** Each fact in both readings: a double around the stand-in answers in the other one. */
import { expect } from "chai";
import { SERVICE_READINGS, type OtherReading } from "../fixtures/service-readings.ts";
import { FACT_GROUPS } from "../../commands/verify-aws/facts.ts";
import { isTrouble } from "../../commands/verify-aws/run.ts";
import { emptyFleet } from "../../local/fleet/fleet.ts";
import {
  around,
  fleet,
  ignoresFilters,
  cutsFirst,
  items,
  firstValueOf,
  summaries,
  refusesValues,
  detail,
  knowing,
} from "../doubles/other-readings.ts";
import { ACCOUNT, answering, FLEET, lineOf, REGION, verdictsOf, VerifyRuns } from "../fixtures/verify-aws-fixture.ts";

const READINGS: readonly OtherReading[] = [
  ["status-filter-pages", "filters after paging", around("ssm", cutsFirst), /^a page had \d of 5 items although/],
  ["status-filter-pages", "ignores the filter", around("ssm", ignoresFilters), /did not match the filter$/],
  ["type-filter-first-page", "filters after paging", around("ssm", cutsFirst), /^the first page was empty/],
  ["summaries-many-ids", "refuses several values", refusesValues("InstanceId"), /^a filter with 20 ids was refused$/],
  ["summaries-many-ids", "reads the first value", around("ssm", firstValueOf("InstanceId")), /^15 of 16 summaries/],
  [
    "summaries-many-ids",
    "ignores the filter",
    summaries((answer) => ({
      ...answer(),
      ResourceComplianceSummaryItems: [
        ...FLEET.complianceSummaries.map(({ ExecutionSummary: _none, ...summary }) => summary),
        { ComplianceType: "Patch", ResourceId: "i-0123456789abcdef9" },
      ],
    })),
    /^1 summary of nodes that were not asked for/,
  ],
  ["summaries-both-types", "refuses both", refusesValues("ComplianceType"), /was refused$/],
  [
    "summaries-both-types",
    "reads the first value",
    around("ssm", firstValueOf("ComplianceType")),
    /no summary of type Patch$/,
  ],
  [
    "summaries-one-page",
    "has more pages",
    summaries((answer) => ({ ...answer(), NextToken: "t" })),
    /more pages follow$/,
  ],
  ["noncompliant-summaries", "refuses both types", refusesValues("ComplianceType"), /was refused$/],
  [
    "noncompliant-summaries",
    "reads the first value",
    around("ssm", firstValueOf("ComplianceType")),
    /no summary of type Patch came back$/,
  ],
  [
    "unknown-id-patch-states",
    "refuses an unknown id",
    around(
      "ssm",
      answering("DescribeInstancePatchStates", (answer, input) => knowing(answer, input["InstanceIds"])),
    ),
    /as InvalidInstanceId$/,
  ],
  [
    "unknown-id-node-list",
    "refuses an unknown id",
    around(
      "ssm",
      answering("DescribeInstanceInformation", (answer, input) => knowing(answer, input["Filters"])),
    ),
    /as InvalidInstanceId$/,
  ],
  [
    "unknown-id-node-list",
    "refuses it by another name",
    around(
      "ssm",
      answering("DescribeInstanceInformation", (answer, input) =>
        knowing(answer, input["Filters"], "ValidationException"),
      ),
    ),
    /^the call was refused$/,
    false,
  ],
  ["patch-states-known", "has another state", items(detail("PatchState", "Superseded")), /^Superseded \d+$/],
  ["patch-states-pascal-case", "writes upper case", items(detail("PatchState", "NOT_APPLICABLE")), /UPPER_SNAKE_CASE$/],
  [
    "patch-item-fields",
    "leaves out Severity",
    items(({ Severity: _none, ...item }) => item),
    /absent or unknown: Severity/,
  ],
  [
    "execution-types",
    "has another type",
    fleet({
      complianceSummaries: FLEET.complianceSummaries.map((summary) => ({
        ...summary,
        ExecutionSummary: { ExecutionTime: new Date(), ExecutionType: "Quick Setup" },
      })),
    }),
    /^\(other text\) 16$/,
  ],
  ["cve-ids", "has semicolons", items(detail("CVEIds", "CVE-2026-0001;CVE-2026-0002")), /are no CVE ids/],
  [
    "patch-state-fields",
    "leaves out the end",
    fleet({
      patchStates: FLEET.patchStates.map((state) => ({ ...state, OperationEndTime: new Date(-62_135_596_800_000) })),
    }),
    /OperationEndTime 17$/,
  ],
  [
    "times-of-year-one",
    "has a time of another year",
    fleet({ nodes: FLEET.nodes.map((node) => ({ ...node, LastAssociationExecutionDate: new Date(-1) })) }),
    /^before 1970, and not of year 1: LastAssociationExecutionDate 20$/,
  ],
  ["association-detailed-text", "is no JSON", items(detail("DetailedText", "MissingCount=1")), /not_JSON 1$/],
  ["association-detailed-text", "lacks counts", items(detail("DetailedText", "{}")), /no_FailedCount 1/],
  ["association-detailed-text", "is absent", items(detail("DetailedText", "")), /no_text 1$/],
  [
    "inventory-patch-summary",
    "lacks the end time",
    around(
      "ssm",
      answering("ListInventoryEntries", (answer) => ({ ...answer(), Entries: [{ MissingCount: "1" }] })),
    ),
    /OperationEndTime 5/,
  ],
  [
    "counts-and-summaries",
    "disagrees",
    fleet({ complianceSummaries: FLEET.complianceSummaries.map((summary) => ({ ...summary, Status: "COMPLIANT" })) }),
    /^16 nodes, [1-9]\d* with a difference$/,
  ],
  [
    "node-ids",
    "has another form",
    around(
      "ssm",
      answering("DescribeInstanceInformation", (answer) => ({
        ...answer(),
        InstanceInformationList: [{ InstanceId: "x" }],
      })),
    ),
    /^1 node, 1 with an id of another form$/,
    false,
  ],
  [
    "registration-date",
    "is absent",
    fleet({ nodes: FLEET.nodes.map(({ RegistrationDate: _none, ...node }) => node) }),
    /^20 nodes, 0 with a date$/,
  ],
  ...SERVICE_READINGS,
];

/** Facts with one reading that matters: without data they are not seen, and the code does the same either way. */
const NOT_SEEN_INSTEAD = [
  ...["list-executions", "events-arrive", "event-documents", "late-data", "linked-regions", "resource-tags"],
  "patch-group-empty",
];

describe("verify-aws, each fact in both readings", () => {
  const runs = new VerifyRuns();
  afterEach(() => runs.end());
  const readFacts = FACT_GROUPS.flatMap(({ facts }) => facts.filter(({ how }) => how === "read").map(({ id }) => id));

  it("sees every fact as assumed in the account of stand-ins", async () => {
    const verdicts = verdictsOf((await runs.linesOf()).lines);
    for (const id of readFacts) expect(verdicts[id], id).to.equal("as assumed");
  });

  for (const [id, name, options, seen, handled = true] of READINGS) {
    it(`${id}: ${name}`, async () => {
      const line = lineOf((await runs.linesOf(options)).lines, id);
      expect(line, line?.seen).to.include({ verdict: "differs", handled });
      expect(line?.seen).to.match(seen);
      expect(line && isTrouble(line)).to.equal(!handled);
    });
  }

  it("sees nothing in an empty account, and calls that not seen", async () => {
    const { lines } = await runs.linesOf({ fleet: emptyFleet(ACCOUNT, REGION) });
    const seen = lines.filter(({ verdict }) => verdict !== "not seen").map(({ fact }) => fact.id);
    // An unknown id can be asked for in every account.
    expect(seen).to.deep.equal(["unknown-id-patch-states", "unknown-id-node-list"]);
    expect(lines.some(isTrouble)).to.equal(false);
  });

  it("has a test of the other reading of every fact", () => {
    const tested = new Set<string>([...READINGS.map(([id]) => id), ...NOT_SEEN_INSTEAD]);
    expect([...tested].toSorted()).to.deep.equal(readFacts.toSorted());
  });
});
