/** GetFindings' filters: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html */
import { ServiceError } from "../../gateway/stand-in.ts";
import { isObject, isTime } from "./schema.ts";

type Finding = Readonly<Record<string, unknown>>;
export type FindingTest = (finding: Finding) => boolean;

const MAX_ATTRIBUTES = 10;
const MAX_VALUES = 20;
const DAY = 24 * 60 * 60 * 1000;

/** The paths that a string filter reads. An attribute may have several values. */
const STRING_FILTERS: ReadonlyMap<string, readonly string[]> = new Map([
  ...["Id", "ProductArn", "GeneratorId", "AwsAccountId", "AwsAccountName", "Region", "Title", "Description"].map(same),
  ...["ProductName", "CompanyName", "RecordState", "VerificationState", "WorkflowState", "SourceUrl"].map(same),
  ["ResourceId", ["Resources", "Id"]],
  ["ResourceType", ["Resources", "Type"]],
  ["ResourceRegion", ["Resources", "Region"]],
  ["ResourcePartition", ["Resources", "Partition"]],
  ["Type", ["Types"]],
  ["SeverityLabel", ["Severity", "Label"]],
  ["ComplianceStatus", ["Compliance", "Status"]],
  ["ComplianceSecurityControlId", ["Compliance", "SecurityControlId"]],
  ["WorkflowStatus", ["Workflow", "Status"]],
  ["NoteText", ["Note", "Text"]],
  ["NoteUpdatedBy", ["Note", "UpdatedBy"]],
  ["FindingProviderFieldsSeverityLabel", ["FindingProviderFields", "Severity", "Label"]],
  ["FindingProviderFieldsSeverityOriginal", ["FindingProviderFields", "Severity", "Original"]],
  ["FindingProviderFieldsTypes", ["FindingProviderFields", "Types"]],
]);
/** The paths to the maps that a map filter reads. */
const MAP_FILTERS: ReadonlyMap<string, readonly string[]> = new Map([
  ...["ProductFields", "UserDefinedFields"].map(same),
  ["ResourceTags", ["Resources", "Tags"]],
]);
const DATE_FILTERS: ReadonlySet<string> = new Set(["CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"]);

function same(name: string): [string, string[]] {
  return [name, [name]];
}

/**
 * Compiles filters into one test of a finding.
 * @param filters AwsSecurityFindingFilters, or undefined for every finding
 * @param now epoch milliseconds, for relative date ranges
 * @throws {ServiceError} InvalidInputException
 */
export function compileFilters(filters: unknown, now: number): FindingTest {
  if (filters === undefined || filters === null) return () => true;
  if (!isObject(filters)) throw invalid("Filters should be an object");
  const attributes = Object.entries(filters);
  if (attributes.length > MAX_ATTRIBUTES) {
    throw invalid(`Filters has ${attributes.length} attributes; at most ${MAX_ATTRIBUTES} are allowed`);
  }
  const tests = attributes.map(([name, values]) => {
    if (!Array.isArray(values) || values.length === 0 || values.length > MAX_VALUES) {
      throw invalid(`Filters.${name} should be an array of 1 to ${MAX_VALUES} filters`);
    }
    return compileAttribute(name, values, now);
  });
  return (finding) => tests.every((test) => test(finding));
}

/**
 * Returns the Ids and beginnings of Ids of which a finding must have one, or undefined if the filters name none.
 * @param filters those that {@link compileFilters} accepted
 */
export function namedIds(filters: unknown): StringFilter[] | undefined {
  const values = isObject(filters) ? filters["Id"] : undefined;
  if (!Array.isArray(values)) return undefined;
  const named = values.map((value) => parseString("Id", value)).filter(isPositive);
  return named.length === 0 ? undefined : named;
}

function compileAttribute(name: string, values: unknown[], now: number): FindingTest {
  const path = STRING_FILTERS.get(name);
  if (path !== undefined) return compileStrings(name, values, path);
  const map = MAP_FILTERS.get(name);
  if (map !== undefined) return compileMaps(name, values, map);
  if (DATE_FILTERS.has(name)) return compileDates(name, values, now);
  const known = [...STRING_FILTERS.keys(), ...MAP_FILTERS.keys(), ...DATE_FILTERS].join(", ");
  throw invalid(`Filters.${name} is not a filter that this stand-in knows; known: ${known}`);
}

export interface StringFilter {
  readonly comparison: "EQUALS" | "PREFIX" | "NOT_EQUALS" | "PREFIX_NOT_EQUALS";
  readonly value: string;
}

function isPositive({ comparison }: StringFilter): boolean {
  return comparison === "EQUALS" || comparison === "PREFIX";
}

function parseString(name: string, filter: unknown): StringFilter {
  const { Comparison: comparison, Value: value } = isObject(filter) ? filter : {};
  if (typeof value !== "string" || value.trim() === "")
    throw invalid(`Filters.${name} Value should be a non-blank string`);
  switch (comparison) {
    case "EQUALS":
    case "PREFIX":
    case "NOT_EQUALS":
    case "PREFIX_NOT_EQUALS":
      return { comparison, value };
    default:
      // CONTAINS and NOT_CONTAINS exist for automation rules only, CONTAINS_WORD for the V2 operations only.
      throw invalid(
        `Filters.${name} Comparison is ${comparison === undefined ? "missing" : JSON.stringify(comparison)}; ` +
          "GetFindings allows EQUALS, PREFIX, NOT_EQUALS, PREFIX_NOT_EQUALS",
      );
  }
}

function compileStrings(name: string, values: unknown[], path: readonly string[]): FindingTest {
  const fits = combine(
    name,
    values.map((value) => parseString(name, value)),
  );
  return (finding) => fits(stringsAt(finding, path));
}

/**
 * Combines the filters on one attribute: positive ones by OR, negative ones by AND. EQUALS cannot be combined with
 * negative ones.
 */
function combine(name: string, filters: readonly StringFilter[]): (actual: readonly string[]) => boolean {
  const positive = filters.filter(isPositive);
  const negative = filters.filter((filter) => !positive.includes(filter));
  if (negative.length > 0 && positive.some(({ comparison }) => comparison === "EQUALS")) {
    throw invalid(`Filters.${name} has EQUALS beside NOT_EQUALS or PREFIX_NOT_EQUALS, which can't be combined`);
  }
  const hits = ({ comparison, value }: StringFilter, actual: readonly string[]) =>
    actual.some((each) => (comparison.startsWith("PREFIX") ? each.startsWith(value) : each === value));
  return (actual) =>
    (positive.length === 0 || positive.some((filter) => hits(filter, actual))) &&
    negative.every((filter) => !hits(filter, actual));
}

function compileMaps(name: string, values: unknown[], path: readonly string[]): FindingTest {
  const byKey = new Map<string, StringFilter[]>();
  for (const value of values) {
    const key = isObject(value) ? value["Key"] : undefined;
    if (typeof key !== "string" || key.trim() === "") throw invalid(`Filters.${name} Key should be a non-blank string`);
    const filter = parseString(name, value);
    if (filter.comparison.startsWith("PREFIX")) throw invalid(`Filters.${name} Comparison allows EQUALS, NOT_EQUALS`);
    byKey.set(key, [...(byKey.get(key) ?? []), filter]);
  }
  const tests = [...byKey].map(([key, filters]) => ({ key, filters, fits: combine(`${name}.${key}`, filters) }));
  // "Filters on the same field" refers to the attribute: EQUALS on two keys are alternatives, NOT_EQUALS must all hold.
  const alternatives = tests.filter(({ filters }) => filters.some(({ comparison }) => comparison === "EQUALS"));
  const conditions = tests.filter((test) => !alternatives.includes(test));
  if (alternatives.length > 0 && conditions.length > 0) throw invalid(`Filters.${name} mixes EQUALS and NOT_EQUALS`);
  return (finding) => {
    const holds = (test: (typeof tests)[number]) => test.fits(stringsAt(finding, [...path, test.key]));
    return (alternatives.length === 0 || alternatives.some(holds)) && conditions.every(holds);
  };
}

function compileDates(name: string, values: unknown[], now: number): FindingTest {
  const ranges = values.map((value) => dateRange(name, value, now));
  return (finding) => {
    const at = finding[name];
    const actual = typeof at === "string" ? Date.parse(at) : Number.NaN;
    return ranges.some(({ start, end }) => actual >= start && actual <= end);
  };
}

function dateRange(name: string, filter: unknown, now: number): { start: number; end: number } {
  const { Start: start, End: end, DateRange: range } = isObject(filter) ? filter : {};
  if (isObject(range)) {
    const days = range["Value"];
    const whole = typeof days === "number" && Number.isInteger(days) && days > 0;
    if (!whole || range["Unit"] !== "DAYS" || start !== undefined || end !== undefined) {
      throw invalid(`Filters.${name} DateRange should be {"Value": days, "Unit": "DAYS"} and stand alone`);
    }
    return { start: now - days * DAY, end: now };
  }
  if (start === undefined && end === undefined) throw invalid(`Filters.${name} should have Start, End or DateRange`);
  if (![start, end].every((each) => each === undefined || isTime(each))) {
    throw invalid(`Filters.${name} should match format "date-time"`);
  }
  return {
    start: typeof start === "string" ? Date.parse(start) : -Infinity,
    end: typeof end === "string" ? Date.parse(end) : Infinity,
  };
}

function stringsAt(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => stringsAt(item, path));
  const [key, ...rest] = path;
  if (key === undefined) return typeof value === "string" ? [value] : [];
  return isObject(value) && Object.hasOwn(value, key) ? stringsAt(value[key], rest) : [];
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidInputException", `Invalid parameter: ${message}`, 400);
}
