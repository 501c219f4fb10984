import type { PatchConditions, PatchException, Policies } from "../../contract/policies.ts";
import { meets, type NodeFacts } from "./node-conditions.ts";
import type { Accept } from "./patch.ts";

/** The exceptions that hold for one node at one time, by their positions in the policies. */
export interface Exceptions {
  readonly accept: Accept;
  /** The exception that accepts all patches of the node, whatever they are. */
  readonly wholeNode?: number;
  /** Compares two exceptions: the one that ends first comes first. */
  readonly endsFirst: (a: number, b: number) => number;
}

export const NO_EXCEPTIONS: Exceptions = { accept: () => undefined, endsFirst: (a, b) => a - b };

/**
 * Returns the exceptions that hold for a node. If several accept a patch, the one that ends last counts.
 *
 * @param at ISO 8601
 * @example
 * exceptionsFor(policies, "2026-07-01T00:00:00Z")(node).accept({ id: "KB5034441", cves: [], ... }); // 0
 */
export function exceptionsFor(policies: Policies, at: string): (node: NodeFacts) => Exceptions {
  const { exceptions } = policies;
  const endsFirst = byEnd(policies);
  const inForce = exceptions
    .map((exception, index) => ({ exception, index }))
    .filter(({ exception: { until } }) => Date.parse(until) > Date.parse(at))
    .toSorted((a, b) => endsFirst(b.index, a.index));
  if (inForce.length === 0) return () => NO_EXCEPTIONS;
  const isMet = meets(policies);
  return (node) => {
    const own = inForce.filter(({ exception: { nodes = {} } }) => isMet(nodes, node));
    const wholeNode = own.find(({ exception }) => exception.patches === undefined)?.index;
    const matchers = own.map(({ exception, index }) => ({ index, covers: coveredBy(exception) }));
    return {
      accept: (patch) => matchers.find(({ covers }) => covers(patch))?.index,
      ...(wholeNode !== undefined && { wholeNode }),
      endsFirst,
    };
  };
}

/** Returns a comparison of exceptions by their positions: the one that ends first comes first. */
export function byEnd({ exceptions }: Policies): Exceptions["endsFirst"] {
  const endOf = (index: number): number => Date.parse(exceptions[index]?.until ?? "");
  return (a, b) => endOf(a) - endOf(b) || a - b;
}

type Named = Parameters<Accept>[0];

function coveredBy({ patches }: PatchException): (patch: Named) => boolean {
  if (patches === undefined) return () => true;
  const { ids = [], cves = [], names = [] }: PatchConditions = patches;
  const wantedIds = new Set(ids.map((id) => id.toLowerCase()));
  const wantedCves = new Set(cves.map((cve) => cve.toUpperCase()));
  const patterns = names.map(patternOf);
  return ({ id, title = "", cves: fixed }) =>
    wantedIds.has(id.toLowerCase()) ||
    wantedIds.has(withoutArchitecture(id.toLowerCase())) ||
    // A cumulative update fixes many CVEs. Accepting one of them does not accept the others.
    (fixed.length > 0 && fixed.every((cve) => wantedCves.has(cve))) ||
    patterns.some((matches) => matches(id) || matches(title));
}

/** The names of Linux packages end in their architecture, such as `openssl.x86_64`. People name the package. */
const ARCHITECTURE = /[.:](?:x86_64|aarch64|noarch|i[3-6]86|amd64|arm64|armhf|all|s390x|ppc64le)(?::.*)?$/;

function withoutArchitecture(id: string): string {
  return id.replace(ARCHITECTURE, "");
}

/**
 * Returns a matcher of a pattern in which `*` stands for any characters. It compares piece by piece: a regular expression
 * with many `*` could take very long.
 */
function patternOf(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const last = rest.pop();
  return (text) => {
    const line = text.toLowerCase();
    if (last === undefined) return line === first;
    if (!line.startsWith(first) || !line.endsWith(last)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = line.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return at + last.length <= line.length;
  };
}
