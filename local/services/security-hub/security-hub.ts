/**
 * Security Hub CSPM in one account and Region: BatchImportFindings, GetFindings, BatchUpdateFindings, DescribeHub, and
 * the account's settings, with the checks, limits, paging and error names of the service. Not simulated: expiry after
 * 30 or 90 days, aggregation, and the minutes that a BatchUpdateFindings may take.
 */
import { createHash } from "node:crypto";
import { AccountSettings, type HubSettings } from "./account-settings.ts";
import { MAX_FINDING_BYTES, findingProblems, updateProblems, utf8Bytes } from "./asff.ts";
import { compileFilters, namedIds, type FindingTest, type StringFilter } from "./finding-filters.ts";
import { FindingStore, keyOf } from "./finding-store.ts";
import type { Finding } from "./finding-store.ts";
import type { ResourceTags, TaggedResources } from "./resource-tags.ts";
import { importedEvent } from "./imported-event.ts";
import { isObject } from "./schema.ts";
import { ServiceError } from "../../gateway/stand-in.ts";
import type { Caller, StandIn } from "../../gateway/stand-in.ts";

const MAX_BATCH = 100;
/** "6 MB" read strictly. */
const MAX_BATCH_BYTES = 6_000_000;
const MAX_RESULTS = 100;
/** AWS documents no default. A small one detects callers that read only the first page. */
const DEFAULT_RESULTS = 10;

export interface SecurityHubOptions {
  readonly account: string;
  readonly region: string;
  /** Default `aws`. */
  readonly partition?: string;
  readonly now: () => Date;
  /** All findings at the start: archived ones, those of other products and accounts, and customer updates included. */
  readonly findings: readonly object[];
  /** Whether the account has enabled Security Hub. Default true. */
  readonly enabled?: boolean;
  readonly settings?: HubSettings;
  /** Tags of the account's nodes, by node id. Default: none. */
  readonly tags?: ResourceTags;
}

interface FailedFinding {
  readonly Id: string;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export class SecurityHub implements StandIn {
  readonly #options: SecurityHubOptions;
  readonly #store: FindingStore;
  readonly #arnPrefix: string;
  readonly #subscribedAt: string;
  readonly #settings: AccountSettings;
  readonly #tagged: TaggedResources;
  #onEvent: ((event: object) => void) | undefined;

  constructor(options: SecurityHubOptions) {
    this.#options = options;
    this.#store = new FindingStore(options.findings);
    const { partition = "aws", region, account, settings = {}, tags = new Map() } = options;
    this.#tagged = { partition, region, account, tags };
    this.#arnPrefix = `arn:${partition}:securityhub:${region}:${account}`;
    this.#settings = new AccountSettings({ partition, region, account }, settings);
    this.#subscribedAt = options.now().toISOString();
  }

  /** Returns a copy of all findings, as GetFindings returns them. */
  findings(): object[] {
    return structuredClone([...this.#store.held()]);
  }

  /**
   * Returns the findings without a copy, for readers in this process that change nothing. {@link revision} tells when
   * they differ.
   */
  held(): readonly Readonly<Finding>[] {
    return this.#store.held();
  }

  /** Imports that Security Hub accepted although providers must not send them. */
  get violations(): readonly string[] {
    return this.#store.violations;
  }

  /** Increases with each change of a finding. */
  get revision(): number {
    return this.#store.revision;
  }

  /** Sets the receiver of the event of each import that is not ignored, and of each customer update. */
  sendEventsTo(receiver: (event: object) => void): void {
    this.#onEvent = receiver;
  }

  #emit(finding: Finding | undefined): void {
    const { account, region, now } = this.#options;
    if (finding !== undefined) this.#onEvent?.(importedEvent(finding, { account, region, now: now() }));
  }

  call(operation: string, input: Record<string, unknown>, caller: Caller): unknown {
    const { account, region, enabled = true } = this.#options;
    if (caller.account !== account) {
      throw denied(`Account ${caller.account} calls the Security Hub of account ${account}`);
    }
    if (!enabled) {
      const message = `Account ${account} is not subscribed to AWS Security Hub in ${region}`;
      throw new ServiceError("InvalidAccessException", message, 401);
    }
    switch (operation) {
      case "BatchImportFindings":
        return this.#batchImportFindings(input);
      case "GetFindings":
        return this.#getFindings(input);
      case "BatchUpdateFindings":
        return this.#batchUpdateFindings(input);
      case "DescribeHub":
        return this.#describeHub(input);
      default:
        return this.#setting(operation)(input);
    }
  }

  #setting(operation: string): (input: Record<string, unknown>) => unknown {
    const found = this.#settings.operation(operation);
    if (found !== undefined) return found;
    throw new ServiceError("UnknownOperationException", `securityhub:${operation} is not part of this stand-in`, 404);
  }

  #batchImportFindings(input: Record<string, unknown>): unknown {
    refuseUnknown(input, ["Findings"]);
    const sent = batchOf(input, "Findings");
    if (utf8Bytes(sent) > MAX_BATCH_BYTES) throw invalid(`Findings is larger than ${MAX_BATCH_BYTES} bytes (6 MB)`);
    for (const [index, finding] of sent.entries()) this.#checkOwner(finding, index);
    const failed: FailedFinding[] = [];
    const seen = new Set<string>();
    const context = { tagged: this.#tagged, now: this.#options.now().toISOString() };
    let accepted = 0;
    for (const finding of sent) {
      const key = keyOf(finding);
      // If several findings have the same Id, only the first is processed.
      if (key !== undefined && seen.has(key)) continue;
      if (key !== undefined) seen.add(key);
      const problem = importProblem(finding);
      if (problem === undefined) {
        this.#emit(this.#store.import(finding, context));
        accepted++;
      } else {
        const { Id: id } = finding;
        failed.push({ Id: typeof id === "string" ? id : "", ErrorCode: "InvalidInput", ErrorMessage: problem });
      }
    }
    return { FailedCount: failed.length, SuccessCount: accepted, FailedFindings: failed };
  }

  /** Checks the owner of a finding. A wrong owner fails the whole call, not only the one finding. */
  #checkOwner(finding: Finding, index: number): void {
    const { account, region } = this.#options;
    const { ProductArn: product, Region: sentRegion, AwsAccountId: owner } = finding;
    const ownProduct = `${this.#arnPrefix}:product/${account}/default`;
    if (typeof product === "string" && product !== ownProduct) {
      throw invalid(`Findings[${index}].ProductArn ${product} is not this account's default product ${ownProduct}`);
    }
    if (sentRegion !== undefined && sentRegion !== region) {
      throw invalid(`Findings[${index}].Region ${JSON.stringify(sentRegion)} is not the endpoint's Region ${region}`);
    }
    if (typeof owner === "string" && /^\d{12}$/.test(owner) && owner !== account) {
      throw denied(`Account ${account} may not import findings for AwsAccountId ${owner} to its default product`);
    }
  }

  #getFindings(input: Record<string, unknown>): unknown {
    refuseUnknown(input, ["Filters", "MaxResults", "NextToken", "SortCriteria"]);
    const { Filters: filters, MaxResults: max = DEFAULT_RESULTS, NextToken: token, SortCriteria: sort } = input;
    if (sort !== undefined) throw new Error("GetFindings SortCriteria is not supported by the Security Hub stand-in");
    if (typeof max !== "number" || !Number.isInteger(max) || max < 1 || max > MAX_RESULTS) {
      throw invalid(`MaxResults is ${JSON.stringify(max)}; allowed: 1 to ${MAX_RESULTS}`);
    }
    const test = compileFilters(filters, this.#options.now().getTime());
    const query = JSON.stringify(filters ?? {});
    const start = token === undefined || token === null ? 0 : readToken(token, query);
    const { page, next } = this.#page(test, namedIds(filters), { start, max });
    return { Findings: structuredClone(page), ...(next !== undefined && { NextToken: writeToken(next, query) }) };
  }

  /** Returns one page of findings, and the place in the list of all findings at which the next page starts. */
  #page(test: FindingTest, ids: readonly StringFilter[] | undefined, { start, max }: { start: number; max: number }) {
    const all = this.#store.held();
    const places = ids === undefined ? range(start, all.length) : this.#store.placesOf(ids);
    const page: Readonly<Finding>[] = [];
    let next = start;
    for (const place of places) {
      const finding = all[place];
      if (place < start || finding === undefined || !test(finding)) continue;
      if (page.length === max) return { page, next };
      page.push(finding);
      next = place + 1;
    }
    return { page };
  }

  #batchUpdateFindings(input: Record<string, unknown>): unknown {
    const identifiers = batchOf(input, "FindingIdentifiers");
    const update = Object.fromEntries(Object.entries(input).filter(([key]) => key !== "FindingIdentifiers"));
    const problems = updateProblems(update);
    if (problems.length > 0) throw invalid(problems.join(", "));
    const processed: unknown[] = [];
    const unprocessed: unknown[] = [];
    const seen = new Set<string>();
    for (const identifier of identifiers) {
      const key = keyOf(identifier);
      if (key === undefined) throw invalid("FindingIdentifiers needs Id and ProductArn, as strings, in each entry");
      const code = seen.has(key) ? "DuplicatedFindingIdentifier" : this.#update(key, update);
      seen.add(key);
      const FindingIdentifier = { Id: identifier["Id"], ProductArn: identifier["ProductArn"] };
      if (code === undefined) processed.push(FindingIdentifier);
      else unprocessed.push({ FindingIdentifier, ErrorCode: code, ErrorMessage: `${code}: ${key}` });
    }
    return { ProcessedFindings: processed, UnprocessedFindings: unprocessed };
  }

  /** Applies a customer update. @returns an error code, or undefined on success */
  #update(key: string, update: Finding): string | undefined {
    const finding = this.#store.edited(key, update, this.#options.now().toISOString());
    if (finding === undefined) return "FindingNotFound";
    if (utf8Bytes(finding) > MAX_FINDING_BYTES) return "FindingSizeExceeded";
    this.#store.saveEdit(key, finding, update);
    this.#emit(finding);
    return undefined;
  }

  #describeHub(input: Record<string, unknown>): unknown {
    refuseUnknown(input, ["HubArn"]);
    const hub = `${this.#arnPrefix}:hub/default`;
    const { HubArn: asked = hub } = input;
    if (asked !== hub) {
      throw new ServiceError(
        "ResourceNotFoundException",
        `Hub ${JSON.stringify(asked)} not found; there is ${hub}`,
        404,
      );
    }
    return {
      HubArn: hub,
      SubscribedAt: this.#subscribedAt,
      AutoEnableControls: true,
      ControlFindingGenerator: "SECURITY_CONTROL",
    };
  }
}

function* range(start: number, end: number): Generator<number> {
  for (let place = start; place < end; place += 1) yield place;
}

function importProblem(finding: Finding): string | undefined {
  const size = utf8Bytes(finding);
  if (size > MAX_FINDING_BYTES) {
    return `Finding size of ${size} bytes exceeds the limit of ${MAX_FINDING_BYTES} bytes (240 KB)`;
  }
  const problems = findingProblems(finding);
  return problems.length === 0 ? undefined : `Finding does not adhere to Amazon Finding Format. ${problems.join(", ")}`;
}

function batchOf(input: Record<string, unknown>, member: string): Finding[] {
  const batch = input[member];
  if (!Array.isArray(batch) || batch.length < 1 || batch.length > MAX_BATCH || !batch.every(isObject)) {
    const shown = Array.isArray(batch) ? `has ${batch.length} entries` : "is not a list";
    throw invalid(`${member} ${shown}; allowed: 1 to ${MAX_BATCH} objects`);
  }
  return batch;
}

function refuseUnknown(input: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(input).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalid(`${JSON.stringify(unknown)} is not a member; allowed: ${known.join(", ")}`);
}

/** Creates a token that is valid for this query only. */
function writeToken(position: number, query: string): string {
  return Buffer.from(JSON.stringify({ position, query: digest(query) })).toString("base64url");
}

function readToken(token: unknown, query: string): number {
  const text = typeof token === "string" ? Buffer.from(token, "base64url").toString() : "";
  const [, position, hash] = /^\{"position":(\d{1,9}),"query":"([0-9a-f]{64})"\}$/.exec(text) ?? [];
  if (position === undefined || hash !== digest(query))
    throw invalid("NextToken is not from a call with these Filters");
  return Number(position);
}

function digest(query: string): string {
  return createHash("sha256").update(query).digest("hex");
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidInputException", `Invalid parameter: ${message}`, 400);
}

function denied(message: string): ServiceError {
  return new ServiceError("AccessDeniedException", message, 403);
}
