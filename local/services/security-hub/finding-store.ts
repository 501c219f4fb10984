/** The findings that Security Hub holds, and how imports and people's edits change them. */
import { isObject } from "./schema.ts";

export type Finding = Record<string, unknown>;

/** Parts that the provider writes below FindingProviderFields and a customer may overrule at the top. */
const TWINS = ["Severity", "Types", "Confidence", "Criticality", "RelatedFindings"] as const;
type Twin = (typeof TWINS)[number];

/** Belongs to the customer once the finding exists: an import does not change it. */
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
  readonly finding: Finding;
  /** Twins whose top-level value is a person's. */
  readonly edited: ReadonlySet<Twin>;
}

/** What an import needs to know of the hub. */
interface ImportContext {
  readonly region: string;
  /** ISO 8601. */
  readonly now: string;
}

export class FindingStore {
  /** In the order of creation, which is the order of GetFindings. */
  readonly #held = new Map<string, Held>();
  readonly #violations: string[] = [];
  #revision = 0;

  /** @param initial findings from elsewhere; a top-level value that differs from its provider twin is a person's edit */
  constructor(initial: readonly object[]) {
    for (const [index, each] of initial.entries()) {
      const finding: Finding = { RecordState: "ACTIVE", Workflow: { Status: "NEW" }, ...structuredClone(each) };
      const key = keyOf(finding);
      if (key === undefined)
        throw new Error(`Initial finding [${index}] has no Id or ProductArn; give it both, as strings`);
      if (this.#held.has(key))
        throw new Error(`Initial finding [${index}] repeats ${key}; an Id is unique in its product`);
      this.#held.set(key, { finding, edited: new Set(TWINS.filter((twin) => isEdited(finding, twin))) });
    }
  }

  /** Grows with each change of what is held. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * What imports did that a provider must not do and Security Hub lets pass: they changed CreatedAt.
   * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
   */
  get violations(): readonly string[] {
    return this.#violations;
  }

  /** The findings themselves, oldest first, to look through: not to change. A change puts a new object in its place. */
  held(): readonly Readonly<Finding>[] {
    return [...this.#held.values()].map(({ finding }) => finding);
  }

  /** One valid finding of a provider: creates it, replaces it, or is ignored because it is not newer. */
  import(sent: Finding, context: ImportContext): void {
    const key = keyOf(sent);
    if (key === undefined) throw new Error("A finding without Id or ProductArn passed the check of the format");
    const held = this.#held.get(key);
    if (held !== undefined) this.#checkCreatedAt(sent, held.finding);
    if (held !== undefined && timeOf(sent) <= timeOf(held.finding)) return;
    const finding = complete(structuredClone(sent), context);
    if (held !== undefined) keepStored(finding, held);
    this.#hold(key, { finding, edited: held?.edited ?? new Set() });
  }

  #checkCreatedAt({ Id: id, CreatedAt: now }: Finding, { CreatedAt: before }: Finding): void {
    if (typeof now !== "string" || typeof before !== "string" || Date.parse(now) === Date.parse(before)) return;
    this.#violations.push(`an import changed CreatedAt of ${String(id)} from ${before} to ${now}`);
  }

  /** The finding as it would be after a customer's update; UpdatedAt stays as it is. */
  edited(key: string, update: Finding, now: string): Finding | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    const stored = structuredClone(held.finding);
    const { Note: note, Severity: severity, ...rest } = structuredClone(update);
    Object.assign(stored, rest);
    if (isObject(note)) stored["Note"] = { ...note, UpdatedAt: now };
    if (isObject(severity)) {
      const before = stored["Severity"];
      // Original is what the provider said; a customer's update has no such field.
      const original = isObject(before) && before["Original"] !== undefined ? { Original: before["Original"] } : {};
      stored["Severity"] = { ...original, ...fillSeverity(severity) };
    }
    return stored;
  }

  /** Keeps the outcome of {@link edited}. */
  saveEdit(key: string, finding: Finding, update: Finding): void {
    const before = this.#held.get(key)?.edited ?? [];
    const now = TWINS.filter((twin) => Object.hasOwn(update, twin));
    this.#hold(key, { finding, edited: new Set([...before, ...now]) });
  }

  #hold(key: string, held: Held): void {
    this.#held.set(key, held);
    this.#revision += 1;
  }
}

/** Product and Id together name a finding; undefined if one is missing. */
export function keyOf(finding: object): string | undefined {
  const product: unknown = Reflect.get(finding, "ProductArn");
  const id: unknown = Reflect.get(finding, "Id");
  return typeof product === "string" && typeof id === "string" ? JSON.stringify([product, id]) : undefined;
}

/** What Security Hub adds to a finding by itself. */
function complete(finding: Finding, { region, now }: ImportContext): Finding {
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
    // The user guide: these three are filled for a custom integration and do not follow the top-level names.
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

/** Replaces the whole finding but for what is the customer's, and for the time of creation. */
function keepStored(finding: Finding, held: Held): void {
  const stored = held.finding;
  const edited: ReadonlySet<string> = held.edited;
  for (const field of [...CUSTOMER_FIELDS, ...TWINS.filter((twin) => edited.has(twin)), "CreatedAt"]) {
    if (stored[field] === undefined) Reflect.deleteProperty(finding, field);
    else finding[field] = structuredClone(stored[field]);
  }
  const status = statusOf(stored["Workflow"]);
  const isReset = status === "NOTIFIED" || status === "RESOLVED";
  if (isReset && comesBack(stored, finding)) finding["Workflow"] = { Status: "NEW" };
}

/** https://docs.aws.amazon.com/securityhub/latest/userguide/finding-workflow-status.html */
function comesBack(before: Finding, after: Finding): boolean {
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

/** Label and Normalized fill each other; Label wins. */
function fillSeverity(severity: Finding): Finding {
  const normalized = severity["Normalized"];
  const byNumber = LABELS.findLast(([, from]) => typeof normalized === "number" && normalized >= from)?.[0];
  const label = severity["Label"] ?? byNumber;
  const [, from] = LABELS.find(([name]) => name === label) ?? [];
  return { ...severity, Label: label, Normalized: label === byNumber ? normalized : from };
}

/** FindingProviderFields.Severity has two members only. */
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
