/** The findings in Security Hub, and how imports and customer updates change them. */
import type { StringFilter } from "./finding-filters.ts";
import { IdIndex } from "./id-index.ts";
import { withResourceTags, type TaggedResources } from "./resource-tags.ts";
import { isObject } from "./schema.ts";

export type Finding = Record<string, unknown>;

/** Fields that a provider writes under FindingProviderFields and a customer can override at the top level. */
const TWINS = ["Severity", "Types", "Confidence", "Criticality", "RelatedFindings"] as const;
type Twin = (typeof TWINS)[number];

/** Fields that imports no longer change once the finding exists. */
const CUSTOMER_FIELDS = ["Note", "UserDefinedFields", "VerificationState", "Workflow", "WorkflowState"];

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html; lowest Normalized first. */
const LABELS: readonly (readonly [label: string, from: number])[] = [
  ["INFORMATIONAL", 0],
  ["LOW", 1],
  ["MEDIUM", 40],
  ["HIGH", 70],
  ["CRITICAL", 90],
];

interface Held {
  /** Its place in the order of creation. */
  readonly place: number;
  readonly finding: Finding;
  /** Twins whose top-level value was set by a customer. */
  readonly edited: ReadonlySet<Twin>;
}

/** The context of an import. */
interface ImportContext {
  /** ISO 8601. */
  readonly now: string;
  readonly tagged: TaggedResources;
}

export class FindingStore {
  readonly #held = new Map<string, Held>();
  /** In order of creation, which is the order of GetFindings. */
  readonly #findings: Finding[] = [];
  readonly #ids = new IdIndex();
  readonly #violations: string[] = [];
  #revision = 0;

  /** @param initial existing findings. A top-level value that differs from its twin counts as a customer update */
  constructor(initial: readonly object[]) {
    for (const [index, each] of initial.entries()) {
      const finding: Finding = { RecordState: "ACTIVE", Workflow: { Status: "NEW" }, ...structuredClone(each) };
      const key = keyOf(finding);
      if (key === undefined)
        throw new Error(`Initial finding [${index}] has no Id or ProductArn; give it both, as strings`);
      if (this.#held.has(key))
        throw new Error(`Initial finding [${index}] repeats ${key}; an Id is unique in its product`);
      this.#hold(key, finding, new Set(TWINS.filter((twin) => isEdited(finding, twin))));
    }
    this.#revision = 0;
  }

  /** Increases with each change of a finding. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Imports that changed CreatedAt. Providers must not do this, but Security Hub accepts it.
   * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
   */
  get violations(): readonly string[] {
    return this.#violations;
  }

  /**
   * Returns the stored findings, oldest first. Callers must not change them. Each change stores a new object in the same
   * list.
   */
  held(): readonly Readonly<Finding>[] {
    return this.#findings;
  }

  /** Returns the places in {@link held} of the findings with one of these Ids or beginnings, ascending. */
  placesOf(ids: readonly StringFilter[]): number[] {
    return this.#ids.placesOf(ids);
  }

  /**
   * Imports one valid finding: creates it, replaces the stored one, or ignores it if it is not newer.
   * @returns the finding as it is stored now, or undefined if it was ignored
   */
  import(sent: Finding, context: ImportContext): Finding | undefined {
    const key = keyOf(sent);
    if (key === undefined) throw new Error("A finding without Id or ProductArn passed the check of the format");
    const held = this.#held.get(key);
    if (held !== undefined) this.#checkCreatedAt(sent, held.finding);
    if (held !== undefined && timeOf(sent) <= timeOf(held.finding)) return undefined;
    const finding = withResourceTags(complete(structuredClone(sent), context), context.tagged);
    if (held !== undefined) keepStored(finding, held);
    this.#hold(key, finding, held?.edited ?? new Set());
    return finding;
  }

  #checkCreatedAt({ Id: id, CreatedAt: now }: Finding, { CreatedAt: before }: Finding): void {
    if (typeof now !== "string" || typeof before !== "string" || Date.parse(now) === Date.parse(before)) return;
    this.#violations.push(`an import changed CreatedAt of ${String(id)} from ${before} to ${now}`);
  }

  /** Returns the finding after a customer update, without storing it. UpdatedAt does not change. */
  edited(key: string, update: Finding, now: string): Finding | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    const stored = structuredClone(held.finding);
    const { Note: note, Severity: severity, ...rest } = structuredClone(update);
    Object.assign(stored, rest);
    if (isObject(note)) stored["Note"] = { ...note, UpdatedAt: now };
    if (isObject(severity)) {
      const before = stored["Severity"];
      // Original is the provider's value. A customer update cannot set it.
      const original = isObject(before) && before["Original"] !== undefined ? { Original: before["Original"] } : {};
      stored["Severity"] = { ...original, ...fillSeverity(severity) };
    }
    return stored;
  }

  /** Stores the result of {@link edited}. */
  saveEdit(key: string, finding: Finding, update: Finding): void {
    const before = this.#held.get(key)?.edited ?? [];
    const now = TWINS.filter((twin) => Object.hasOwn(update, twin));
    this.#hold(key, finding, new Set([...before, ...now]));
  }

  #hold(key: string, finding: Finding, edited: ReadonlySet<Twin>): void {
    const place = this.#held.get(key)?.place ?? this.#findings.length;
    if (place === this.#findings.length) this.#ids.add(String(finding["Id"]), place);
    this.#findings[place] = finding;
    this.#held.set(key, { place, finding, edited });
    this.#revision += 1;
  }
}

/** Returns the key of a finding, made of ProductArn and Id, or undefined if one is missing. */
export function keyOf(finding: object): string | undefined {
  const product: unknown = Reflect.get(finding, "ProductArn");
  const id: unknown = Reflect.get(finding, "Id");
  return typeof product === "string" && typeof id === "string" ? JSON.stringify([product, id]) : undefined;
}

/** Adds the fields that Security Hub sets on import. */
function complete(finding: Finding, { tagged: { region }, now }: ImportContext): Finding {
  const provider = isObject(finding["FindingProviderFields"]) ? finding["FindingProviderFields"] : {};
  for (const twin of TWINS) {
    const value = provider[twin] ?? finding[twin];
    if (value === undefined) continue;
    provider[twin] = twin === "Severity" && isObject(value) ? providerSeverity(value) : value;
    finding[twin] = twin === "Severity" && isObject(value) ? fillSeverity(value) : structuredClone(value);
  }
  const { ProductArn: product, Id: id } = finding;
  return {
    ...finding,
    FindingProviderFields: provider,
    // User guide: these three are set for a custom integration and do not follow the top-level names.
    ProductFields: {
      ...(isObject(finding["ProductFields"]) ? finding["ProductFields"] : {}),
      "aws/securityhub/FindingId": `${String(product)}/${String(id)}`,
      "aws/securityhub/ProductName": "Default",
      "aws/securityhub/CompanyName": "Personal",
    },
    ProductName: finding["ProductName"] ?? "Default",
    CompanyName: finding["CompanyName"] ?? "Personal",
    Region: region,
    RecordState: finding["RecordState"] ?? "ACTIVE",
    Workflow: finding["Workflow"] ?? { Status: "NEW" },
    WorkflowState: finding["WorkflowState"] ?? "NEW",
    ProcessedAt: now,
  };
}

/**
 * Copies from the stored finding the fields that an import must not replace: those of the customer, and the creation
 * time.
 */
function keepStored(finding: Finding, held: Held): void {
  const stored = held.finding;
  const edited: ReadonlySet<string> = held.edited;
  for (const field of [...CUSTOMER_FIELDS, ...TWINS.filter((twin) => edited.has(twin)), "CreatedAt"]) {
    if (stored[field] === undefined) Reflect.deleteProperty(finding, field);
    else finding[field] = structuredClone(stored[field]);
  }
  const status = statusOf(stored["Workflow"]);
  const isReset = status === "NOTIFIED" || status === "RESOLVED";
  if (isReset && resetsWorkflow(stored, finding)) finding["Workflow"] = { Status: "NEW" };
}

/**
 * Tells whether an import resets the workflow status from RESOLVED to NEW.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-workflow-status.html
 */
function resetsWorkflow(before: Finding, after: Finding): boolean {
  const reactivated = before["RecordState"] === "ARCHIVED" && after["RecordState"] === "ACTIVE";
  const status = statusOf(after["Compliance"]);
  const failsAgain = statusOf(before["Compliance"]) === "PASSED" && status !== undefined && status !== "PASSED";
  return reactivated || failsAgain;
}

function statusOf(part: unknown): unknown {
  return isObject(part) ? part["Status"] : undefined;
}

function timeOf(finding: Finding): number {
  return Date.parse(String(finding["UpdatedAt"]));
}

/** Derives Label and Normalized from each other. Label takes precedence. */
function fillSeverity(severity: Finding): Finding {
  const normalized = severity["Normalized"];
  const byNumber = LABELS.findLast(([, from]) => typeof normalized === "number" && normalized >= from)?.[0];
  const label = severity["Label"] ?? byNumber;
  const [, from] = LABELS.find(([name]) => name === label) ?? [];
  return { ...severity, Label: label, Normalized: label === byNumber ? normalized : from };
}

/** Keeps the two members that FindingProviderFields.Severity has. */
function providerSeverity(severity: Finding): Finding {
  const { Label: label, Original: original } = fillSeverity(severity);
  return original === undefined ? { Label: label } : { Label: label, Original: original };
}

function isEdited(finding: Finding, twin: Twin): boolean {
  const provider = finding["FindingProviderFields"];
  if (!isObject(provider) || provider[twin] === undefined || finding[twin] === undefined) return false;
  const comparable = (value: unknown) =>
    JSON.stringify(twin === "Severity" && isObject(value) ? fillSeverity(value)["Label"] : value);
  return comparable(provider[twin]) !== comparable(finding[twin]);
}
