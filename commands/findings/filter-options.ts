/** Options that select findings, and the parsers of their values. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { isNodeId } from "../../functions/work/node-reference.ts";
import { DUE_STATES, type DueState } from "../../contract/due.ts";
import { SEVERITIES, type Severity } from "../../presentation/findings/finding-view.ts";
import type { FindingFilter } from "./filter.ts";

/** The values of the options that {@link withFilterOptions} adds. */
export interface FilterOptions {
  readonly severity: readonly Severity[];
  readonly node: readonly string[];
  readonly due: readonly DueState[];
  readonly owner?: string;
  readonly name?: string;
  readonly patch?: string;
  readonly cve?: string;
  readonly platform?: string;
  readonly patchGroup?: string;
}

const MOST_TEXT = 256;

/** Characters of a finding's Id (API reference, "AwsSecurityFinding"). */
const MOST_ID = 512;

/** Adds the options that select findings by what they say. */
export function withFilterOptions(command: Command): Command {
  const text = (flags: string, description: string) => new Option(flags, description).argParser(textUpTo(MOST_TEXT));
  return command
    .addOption(listOption("--severity <list>", SEVERITIES.join(", "), listOf(SEVERITIES)))
    .addOption(listOption("--node <list>", "ids of managed nodes", nodes))
    .addOption(listOption("--due <list>", DUE_STATES.join(", "), listOf(DUE_STATES)))
    .addOption(text("--owner <name>", "value of the owner tag, exactly"))
    .addOption(text("--name <text>", "part of the computer name or node id, in any case"))
    .addOption(text("--patch <text>", "KB number or package, such as KB5068781 or openssl"))
    .addOption(new Option("--cve <id>", "id of a CVE, such as CVE-2026-40361").argParser(cve))
    .addOption(text("--platform <text>", "part of the platform and its version, in any case"))
    .addOption(text("--patch-group <name>", "patch group, in any case"));
}

/** Returns the filter without statuses and state, which the commands set in their own ways. */
export function filterOf(options: FilterOptions): Pick<FindingFilter, "severities" | "nodes" | "due"> {
  const { severity, node, due, ...texts } = options;
  const names = ["owner", "name", "patch", "cve", "platform", "patchGroup"] as const;
  const given = names.flatMap((name) => (texts[name] === undefined ? [] : [[name, texts[name]] as const]));
  return { severities: severity, nodes: node, due, ...Object.fromEntries(given) };
}

/** Returns an option that takes a comma-separated list. Without it, nothing is filtered out. */
export function listOption(flags: string, values: string, parse: (text: string) => string[]): Option {
  return new Option(flags, `comma-separated: ${values}`).argParser(parse).default([], "all");
}

/** Returns a parser for comma-separated words, each one of the allowed words. */
export function listOf<Word extends string>(allowed: readonly Word[]): (text: string) => Word[] {
  return (text) =>
    text.split(",").map((word) => {
      const known = allowed.find((one) => one.toUpperCase() === word.trim().toUpperCase());
      if (known === undefined) throw new InvalidArgumentError(`Allowed, comma-separated: ${allowed.join(", ")}.`);
      return known;
    });
}

/** Returns a parser for text that is not blank. */
export function textUpTo(most: number): (text: string) => string {
  return (text) => {
    if (text.trim() !== "" && text.length <= most) return text;
    throw new InvalidArgumentError(`Allowed: text of 1 to ${most} characters.`);
  };
}

/** Refuses an empty Id, as of an unset shell variable: it would match nothing, without a word about why. */
export function findingId(text: string, before: readonly string[] = []): string[] {
  return [...before, textUpTo(MOST_ID)(text)];
}

function nodes(text: string): string[] {
  return text.split(",").map((word) => {
    const nodeId = word.trim();
    if (isNodeId(nodeId)) return nodeId;
    throw new InvalidArgumentError(
      "Allowed: ids of managed nodes, such as i-0123456789abcdef0 or mi-0123456789abcdef0.",
    );
  });
}

function cve(text: string): string {
  if (/^CVE-\d{4}-\d{4,19}$/i.test(text.trim())) return text.trim().toUpperCase();
  throw new InvalidArgumentError("Allowed: the id of a CVE, such as CVE-2026-40361.");
}
