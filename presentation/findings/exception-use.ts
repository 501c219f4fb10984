import { exceptionKey } from "../../contract/exception-key.ts";
import { NAMED_EXCEPTIONS, type NodeConditions, type PatchException } from "../../contract/policies.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { kindOfGenerator } from "../../contract/generators.ts";
import { textAt } from "./finding-fields.ts";
import { oneLine } from "./text.ts";

const DAY_MS = 24 * 60 * 60_000;

/** `unused`: it has not ended, and no open finding names it. A finding names at most 5, those that end first. */
export const EXCEPTION_STATES = ["expired", "unused", "in force"] as const;

/** An exception of the settings, and what the open findings make of it. Each text is one line. */
export interface ExceptionUse {
  readonly key: string;
  readonly state: (typeof EXCEPTION_STATES)[number];
  readonly owner: string;
  readonly reason: string;
  readonly ticket?: string;
  /** The patches and nodes that it is about, in words. */
  readonly covers: string;
  /** ISO 8601. */
  readonly until: string;
  /** Whole days until it ends. Negative if it has ended. */
  readonly daysLeft: number;
  /** Nodes with an open finding that uses it. */
  readonly nodes: number;
}

/**
 * Returns each exception with its state: expired ones first, then those that no finding uses.
 *
 * @param findings in the AWS Security Finding Format
 * @example
 * exceptionUses(policies.exceptions, findings, new Date())[0]?.state; // "expired"
 */
export function exceptionUses(
  exceptions: readonly PatchException[],
  findings: readonly unknown[],
  now: Date,
): ExceptionUse[] {
  const users = findings.flatMap((finding) => (isOpenOwn(finding) ? [new Set(acceptedBy(finding))] : []));
  return exceptions
    .map((exception) => useOf(exception, users, now))
    .toSorted(
      (a, b) =>
        EXCEPTION_STATES.indexOf(a.state) - EXCEPTION_STATES.indexOf(b.state) ||
        Date.parse(a.until) - Date.parse(b.until) ||
        (a.key < b.key ? -1 : 1),
    );
}

function isFull(keys: ReadonlySet<string>): boolean {
  return keys.size >= NAMED_EXCEPTIONS;
}

function useOf(exception: PatchException, users: readonly ReadonlySet<string>[], now: Date): ExceptionUse {
  const { owner, reason, ticket, until } = exception;
  const key = exceptionKey(exception);
  const left = Date.parse(until) - now.getTime();
  const nodes = users.filter((keys) => keys.has(key)).length;
  return {
    key,
    // A finding may use an exception that has just ended, until its node is checked again.
    state: left <= 0 ? "expired" : nodes === 0 && !users.some(isFull) ? "unused" : "in force",
    owner: oneLine(owner) ?? "",
    reason: oneLine(reason) ?? "",
    ...(ticket !== undefined && { ticket: oneLine(ticket) ?? "" }),
    covers: oneLine(coverage(exception)) ?? "",
    until,
    daysLeft: Math.floor(left / DAY_MS),
    nodes,
  };
}

function isOpenOwn(finding: unknown): boolean {
  const isOurs = kindOfGenerator(textAt(finding, "GeneratorId")) !== undefined;
  return isOurs && textAt(finding, "RecordState") !== "ARCHIVED";
}

/** Returns the keys of the exceptions that a finding uses. */
function acceptedBy(finding: unknown): string[] {
  return (textAt(finding, "ProductFields", PRODUCT_FIELDS.acceptedBy) ?? "").split(", ").filter((key) => key !== "");
}

/** Returns what an exception is about, such as "patches KB1, KB2; nodes tagged Env=test". */
export function coverage({ patches, nodes }: Pick<PatchException, "patches" | "nodes">): string {
  const ofPatches = Object.values(patches ?? {}).flatMap((words: readonly string[] = []) => words);
  return [
    patches === undefined ? "all patches" : `patches ${listed(ofPatches)}`,
    nodes === undefined ? "all nodes" : `nodes ${conditions(nodes).join(" and ")}`,
  ].join("; ");
}

function conditions({ ids, tags = {}, patchGroups, platforms }: NodeConditions): string[] {
  return [
    ...(ids === undefined ? [] : [listed(ids)]),
    ...Object.entries(tags).map(([key, values]) => `tagged ${key}=${values.join(" or ")}`),
    ...(patchGroups === undefined ? [] : [`of patch group ${patchGroups.join(" or ")}`]),
    ...(platforms === undefined ? [] : [`on ${platforms.join(" or ")}`]),
  ];
}

const MOST_NAMED = 10;

function listed(words: readonly string[]): string {
  const more = words.length - MOST_NAMED;
  return words.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
