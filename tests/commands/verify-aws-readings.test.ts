/** Each fact in both readings: a double around the stand-in answers in the other one. */
import { expect } from "chai";
import { FACT_GROUPS } from "../../commands/verify-aws/facts.ts";
import { isTrouble } from "../../commands/verify-aws/run.ts";
import { emptyFleet, type Fleet } from "../../local/fleet/fleet.ts";
import { ServiceError, type StandIn } from "../../local/gateway/stand-in.ts";
import type { AccountOptions } from "../fixtures/account-fixture.ts";
import {
  ACCOUNT,
  answering,
  COMPLETE,
  executionInput,
  FINDINGS,
  FLEET,
  lineOf,
  machineWith,
  patchRun,
  REGION,
  verdictsOf,
  VerifyRuns,
} from "../fixtures/verify-aws-fixture.ts";

type Fields = Record<string, unknown>;
interface Filter {
  readonly Key: string;
  readonly Values: readonly string[];
}

const filtersOf = (input: Fields): Filter[] => (input["Filters"] ?? []) as Filter[];
const valuesOf = (input: Fields, key: string) => filtersOf(input).find(({ Key }) => Key === key)?.Values ?? [];
const refuse = (code: string) => () => {
  throw new ServiceError(code, "no");
};
const around = (service: string, double: (standIn: StandIn) => StandIn): AccountOptions => ({
  ...COMPLETE,
  around: { [service]: double },
});
const fleet = (parts: Partial<Fleet>): AccountOptions => ({ ...COMPLETE, fleet: { ...FLEET, ...parts } });
const findings = (change: (finding: Fields) => Fields): AccountOptions => ({
  ...COMPLETE,
  hub: { findings: FINDINGS.map((finding) => change({ ...finding })) },
});

const ignoresFilters = (standIn: StandIn): StandIn => ({
  call: (operation, input, caller) => {
    const { Filters: _filters, ...rest } = input;
    return standIn.call(operation, operation === "ListComplianceItems" ? rest : input, caller);
  },
});
/** Cuts pages first, and filters then. */
const cutsFirst = (standIn: StandIn): StandIn => ({
  call: (operation, input, caller) => {
    if (operation !== "ListComplianceItems") return standIn.call(operation, input, caller);
    const { Filters: _filters, ...rest } = input;
    const answer = standIn.call(operation, rest, caller) as { ComplianceItems: Fields[] };
    const passes = (item: Fields) => filtersOf(input).every(({ Key, Values }) => Values.includes(String(item[Key])));
    return { ...answer, ComplianceItems: answer.ComplianceItems.filter(passes) };
  },
});
const items = (change: (item: Fields) => Fields) =>
  around(
    "ssm",
    answering("ListComplianceItems", (answer) => {
      const found = answer();
      return { ...found, ComplianceItems: (found["ComplianceItems"] as Fields[]).map(change) };
    }),
  );
/** Reads the filters of a call with only the first value of one of them. */
const firstValueOf = (key: string) => (standIn: StandIn) => ({
  call: (operation: string, input: Fields, caller: Parameters<StandIn["call"]>[2]) => {
    const Filters = filtersOf(input).map((filter) =>
      filter.Key === key ? { ...filter, Values: filter.Values.slice(0, 1) } : filter,
    );
    return standIn.call(operation, input["Filters"] === undefined ? input : { ...input, Filters }, caller);
  },
});
const summaries = (change: (answer: () => Fields, input: Fields) => unknown) =>
  around("ssm", answering("ListResourceComplianceSummaries", change));
const refusesValues = (key: string) =>
  summaries((answer, input) => (valuesOf(input, key).length > 1 ? refuse("InvalidFilter")() : answer()));
const detail = (key: string, value: string | undefined) => (item: Fields) => {
  const details = item["Details"] as Fields | undefined;
  return details?.[key] === undefined ? item : { ...item, Details: { ...details, [key]: value } };
};
const idsAsked = (input: Fields) =>
  ((input["Filters"] as Fields | undefined)?.["Id"] ?? []) as { Comparison: string }[];
const hubPrefix = (change: (answer: () => Fields, values: number) => unknown) =>
  around(
    "securityhub",
    answering("GetFindings", (answer, input) => {
      const prefixes = idsAsked(input).filter(({ Comparison }) => Comparison === "PREFIX");
      return prefixes.length === 0 ? answer() : change(answer, prefixes.length);
    }),
  );

/** Fact, name of the other reading, account, and what is seen. `handled` is false if the code does not handle it. */
const READINGS: readonly (readonly [id: string, name: string, AccountOptions, seen: RegExp, handled?: false])[] = [
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
  [
    "event-statuses",
    "has another status",
    machineWith({ input: executionInput({ patchRun: patchRun("AWS-RunPatchBaseline", "Half done") }) }),
    /^Half_done 1$/,
  ],
  [
    "event-request-times",
    "is absent",
    machineWith({ input: executionInput({ patchRun: { document: "AWS-RunPatchBaseline" } }) }),
    /^1 run, 0 with a time$/,
  ],
  ["execution-inputs", "is absent", machineWith({ input: "" }), /^1 input, 0 readable$/],
  [
    "window-executions",
    "has the prefix of dispatch",
    machineWith({ input: '{"windowExecutionId":"w"}' }),
    /have the prefix of dispatch$/,
  ],
  ["execution-errors", "has another name", machineWith({ error: "Some.Other" }), /^\(other text\) 1$/],
  ["id-prefix", "is refused", hubPrefix(refuse("InvalidInputException")), /was refused$/, false],
  ["id-prefix", "finds nothing", hubPrefix(() => ({ Findings: [] })), /^0 of 2 findings/, false],
  ["id-prefix", "is ignored", hubPrefix(() => ({ Findings: FINDINGS })), /with another Id came back$/],
  [
    "id-prefix-twenty",
    "is refused",
    hubPrefix((answer, values) => (values > 10 ? refuse("InvalidInputException")() : answer())),
    /^20 values were refused$/,
    false,
  ],
  [
    "id-prefix-twenty",
    "reads some values",
    hubPrefix((answer, values) => (values > 10 ? { Findings: [] } : answer())),
    /^2 of 2 nodes did not come back$/,
    false,
  ],
  [
    "company-name-filter",
    "matches another name",
    around(
      "securityhub",
      answering("GetFindings", (answer, { Filters }) =>
        "CompanyName" in (Filters as object) ? { Findings: [] } : answer(),
      ),
    ),
    /^the filter returned 0 of 3 findings$/,
  ],
  ["stored-fields", "lacks CreatedAt", findings(({ CreatedAt: _none, ...finding }) => finding), /absent: CreatedAt 3$/],
  [
    "native-findings",
    "names no node",
    findings((finding) => ({ ...finding, ...noNode(finding) })),
    /^1 finding, 0 with/,
  ],
  [
    "queue-urls",
    "has the older form",
    { ...COMPLETE, queueUrls: [`https://${REGION}.queue.amazonaws.com/${ACCOUNT}/patch-findings-${REGION}-work`] },
    /^1 URL, 0 of this form$/,
  ],
];

function noNode({ ProductArn }: Fields): Fields {
  return String(ProductArn).endsWith("/aws/ssm-patch-manager") ? { Resources: [{ Type: "Other", Id: "server" }] } : {};
}

function knowing(answer: () => Fields, asked: unknown, code = "InvalidInstanceId"): unknown {
  return JSON.stringify(asked ?? "").includes("i-00000000000000000") ? refuse(code)() : answer();
}

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
