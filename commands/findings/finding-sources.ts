import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { securityHub, type SecurityHub } from "../../functions/security-hub/security-hub.ts";
import { InputError } from "../../command-line/input-error.ts";
import { readJsonFile } from "../../command-line/json-file.ts";
import { counted } from "../../contract/counted.ts";
import { DEFAULT_OWNER_TAG, findingView, type FindingView } from "../../presentation/findings/finding-view.ts";
import { accountClient } from "../account/client.ts";
import { CLIENT_SETTINGS } from "../account/command.ts";
import { hubArn, hubScope } from "../account/hub.ts";
import { writeTriage, type TriageResult } from "../account/triage.ts";
import type { NodeShare } from "../../presentation/report/summary.ts";
import type { TriageRequest, TriageUpdate } from "../../presentation/findings/triage-plan.ts";
import { organizationFindings } from "../account/organization-findings.ts";
import { findingScope, ownFindings } from "../account/own-findings.ts";
import { apiFilters, isBlindTo, matchesFilter, mayMatch, type FindingFilter } from "./filter.ts";

/** A finding in the AWS Security Finding Format, and its view for people. */
export interface Entry {
  readonly finding: object;
  readonly view: FindingView;
}

/** This program's findings in one account and Region, or in all that the account and Region aggregate. */
export interface Found {
  readonly account: string;
  readonly region: string;
  /** Whether the findings may be of other accounts and Regions too. */
  readonly organization?: true;
  /** The key of the tag that names the owner of a node. */
  readonly ownerTag: string;
  /** The time of the source. A local run is faster than other clocks. Absent: the time of this machine. */
  readonly now?: Date;
  readonly entries: readonly Entry[];
  /** Findings that may match the filter too, because they name only some of their patches or CVEs. */
  readonly unsure?: readonly FindingView[];
  /** Blind spots, if the filter has a patch or a CVE: their nodes may lack the patch or have the CVE. */
  readonly blindSpots?: readonly FindingView[];
}

/** Reads findings from one of several places. */
export interface FindingSource {
  /** The name of the source in error messages. */
  readonly name: string;
  /** A sentence with the required permissions. Only for sources that use credentials. */
  readonly needs?: string;
  read(filter: FindingFilter): Promise<Found>;
  /** Returns how many nodes comply, if it is known. Absent: it is never known, because compliant nodes have no finding. */
  nodes?(): Promise<NodeShare | undefined>;
  /** Writes what a person decided. Absent: nothing can be written there. */
  triage?(updates: readonly TriageUpdate[], request: TriageRequest): AsyncIterable<TriageResult>;
}

interface HubPorts {
  readonly describeHub: () => Promise<string>;
  readonly hub: Pick<SecurityHub, "search" | "updateWorkflow">;
}

function hubPorts(region: string): HubPorts {
  const client = accountClient(new SecurityHubClient({ ...CLIENT_SETTINGS, region }));
  return {
    describeHub: () => hubArn(client),
    hub: securityHub(client),
  };
}

const NEEDS =
  "Security Hub must be enabled in the Region, and the credentials must be allowed " +
  "securityhub:DescribeHub and securityhub:GetFindings.";

/**
 * Returns the findings of Security Hub, which filters them itself.
 *
 * @example const { entries } = await securityHubSource("eu-west-1").read(EVERYTHING);
 */
export function securityHubSource(region: string, ports: HubPorts = hubPorts(region)): FindingSource {
  return {
    name: region,
    needs: NEEDS,
    read: async (filter) => {
      const scope = findingScope(hubScope(await ports.describeHub()));
      const findings: object[] = [];
      for (const filters of apiFilters(filter, scope)) {
        for await (const { finding } of ownFindings(ports.hub, scope, filters)) findings.push(finding);
      }
      return { account: scope.account, region: scope.region, ...matching(findings, filter) };
    },
    triage: (updates) => writeTriage(ports.hub, updates),
  };
}

/**
 * Returns the findings of all accounts and Regions that Security Hub shows in this one. Nodes are selected here, because
 * a node's id does not tell its account.
 *
 * @example const { entries } = await organizationSource("eu-west-1").read(EVERYTHING);
 */
export function organizationSource(region: string, ports: HubPorts = hubPorts(region)): FindingSource {
  return {
    name: `the organization in ${region}`,
    needs: `${NEEDS} Run it in the aggregation Region of the administrator account.`,
    read: async (filter) => {
      const hub = hubScope(await ports.describeHub());
      const findings: object[] = [];
      for (const filters of apiFilters(filter)) {
        for await (const { finding } of organizationFindings(ports.hub, hub, filters)) findings.push(finding);
      }
      return { account: hub.account, region: hub.region, organization: true, ...matching(findings, filter) };
    },
    triage: (updates) => writeTriage(ports.hub, updates),
  };
}

/** Returns where the findings are, in words. */
export function placeOf({ account, region, organization, entries }: Found): string {
  if (organization === undefined) return `account ${account}, ${region}`;
  const count = (of: (entry: Entry) => string, noun: string) => counted(new Set(entries.map(of)).size, noun);
  const accounts = count(({ view }) => view.account, "account");
  return `${accounts} and ${count(({ view }) => view.region, "Region")} that account ${account} shows in ${region}`;
}

/**
 * Returns the findings in a file that `npm start -- --report FILE` wrote.
 *
 * @example const { entries } = await reportFileSource("report.json").read(EVERYTHING);
 */
export function reportFileSource(file: string): FindingSource {
  return {
    name: file,
    read: async (filter) => {
      const report = await readJsonFile(file);
      const findings: unknown =
        typeof report === "object" && report !== null && "findings" in report ? report.findings : undefined;
      if (!Array.isArray(findings)) {
        throw new InputError(
          `${file}: the list "findings" is missing; give a file that npm start -- --report FILE wrote`,
        );
      }
      const objects = findings.filter((finding) => typeof finding === "object" && finding !== null);
      const found = matching(objects, filter);
      const { account = "unknown", region = "unknown" } = found.entries[0]?.view ?? {};
      return { account, region, ...found };
    },
  };
}

/** Returns the findings that match the filter, each with its view. */
export function matching(
  findings: readonly object[],
  filter: FindingFilter,
): Pick<Found, "ownerTag" | "entries" | "unsure" | "blindSpots"> {
  const { ownerTag = DEFAULT_OWNER_TAG } = filter;
  const all = findings.flatMap((finding) => {
    const view = findingView(finding, ownerTag);
    return view === undefined ? [] : [{ finding, view }];
  });
  const unsure = all.flatMap(({ view }) => (mayMatch(view, filter) ? [view] : []));
  const entries = all.filter(({ view }) => matchesFilter(view, filter));
  const blindSpots = all.flatMap(({ view }) => (isBlindTo(view, filter) ? [view] : []));
  return {
    ownerTag,
    entries,
    ...(unsure.length > 0 && { unsure }),
    ...(blindSpots.length > 0 && { blindSpots }),
  };
}

/** Returns the source with another tag that names the owner of a node. A function is asked when findings are read. */
export function withOwnerTag(
  source: FindingSource,
  given: string | (() => Promise<string | undefined>) | undefined,
): FindingSource {
  if (given === undefined) return source;
  const read: FindingSource["read"] = async (filter) => {
    const ownerTag = typeof given === "string" ? given : await given();
    return source.read(ownerTag === undefined ? filter : { ...filter, ownerTag });
  };
  return { ...source, read };
}
