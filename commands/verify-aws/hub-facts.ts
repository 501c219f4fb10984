/** Facts about Security Hub and SQS that reads alone can show. */
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import type { AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import { counted } from "../../contract/counted.ts";
import { kindOfGenerator } from "../../contract/generators.ts";
import { OWN_FIELDS } from "../../contract/product-fields.ts";
import { findingId, productArn, nodeOfFindingId } from "../../functions/security-hub/asff/finding-identity.ts";
import { nodeOfOwnFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import { equalsAny, startsWithAny } from "../../functions/security-hub/filters.ts";
import { failureKind } from "../../functions/runtime/failure.ts";
import { nativeNode } from "../account/native-findings.ts";
import { findingScope } from "../account/own-findings.ts";
import { asAssumed, counts, differs, notSeen, type FactGroup, type Observation } from "./fact.ts";
import { getFindings, type Samples } from "./samples.ts";

const MAX_FILTER_VALUES = 20;
/** A node that does not exist, to fill a filter. */
const UNKNOWN_NODE = "i-00000000000000000";

async function ownFindings({ hub, findings }: Samples): Promise<readonly AwsSecurityFinding[]> {
  const scope = findingScope(await hub());
  return (await findings()).filter((finding) => nodeOfOwnFinding(finding, scope) !== undefined);
}

async function checkPrefix(samples: Samples): Promise<Observation> {
  const scope = findingScope(await samples.hub());
  const own = await ownFindings(samples);
  const node = own.flatMap(({ Id = "" }) => nodeOfFindingId(scope, Id) ?? []).at(0);
  const prefix = findingId(scope, node ?? UNKNOWN_NODE);
  const found = await orRefusal(getFindings(samples.account, filters(scope, [prefix])));
  if (found === undefined) return differs("PREFIX on Id was refused");
  const others = found.filter(({ Id = "" }) => !Id.startsWith(prefix)).length;
  if (others > 0) return differs(`${counted(others, "finding")} with another Id came back`, true);
  if (node === undefined) return notSeen("accepted; no finding of this program to find");
  const expected = own.filter(({ Id = "" }) => Id.startsWith(prefix)).length;
  if (found.length < expected) return differs(`${found.length} of ${expected} findings of a node came back`);
  return asAssumed(`the beginning of an Id returned ${counted(found.length, "finding")} of its node`);
}

const filters = (scope: Parameters<typeof productArn>[0], ids: readonly string[]) => ({
  ProductArn: equalsAny(productArn(scope)),
  Id: startsWithAny(...ids),
});

async function orRefusal<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (failureKind(error) === "refused") return undefined;
    throw error;
  }
}

async function checkTwentyPrefixes(samples: Samples): Promise<Observation> {
  const scope = findingScope(await samples.hub());
  const nodes = [...new Set((await ownFindings(samples)).flatMap(({ Id = "" }) => nodeOfFindingId(scope, Id) ?? []))];
  const asked = nodes.slice(0, MAX_FILTER_VALUES);
  const unknown = Array.from({ length: MAX_FILTER_VALUES - asked.length }, (_, index) => unknownNode(index));
  const ids = [...asked, ...unknown].map((nodeId) => findingId(scope, nodeId));
  const found = await orRefusal(getFindings(samples.account, filters(scope, ids)));
  if (found === undefined) return differs(`${ids.length} values were refused`);
  const returned = new Set(found.map(({ Id = "" }) => nodeOfFindingId(scope, Id)));
  const missing = asked.filter((node) => !returned.has(node)).length;
  if (missing > 0 && found.length < 100)
    return differs(`${missing} of ${counted(asked.length, "node")} did not come back`);
  const seen = `${ids.length} values were accepted, for ${counted(asked.length, "node")} with findings`;
  return asked.length > 1 && missing === 0 ? asAssumed(seen) : notSeen(seen);
}

const unknownNode = (index: number): string => `${UNKNOWN_NODE.slice(0, -2)}${String(index).padStart(2, "0")}`;

async function checkRegions({ hub, findings }: Samples): Promise<Observation> {
  const { region, account } = await hub();
  const found = await findings();
  if (found.length === 0) return notSeen("no findings of this program");
  const elsewhere = found.filter(({ Region = region, AwsAccountId }) => Region !== region || AwsAccountId !== account);
  const seen = `${counted(found.length, "finding")}, ${elsewhere.length} of another Region or account`;
  return elsewhere.length > 0 ? asAssumed(seen) : notSeen(seen);
}

async function checkTags(samples: Samples): Promise<Observation> {
  const own = await ownFindings(samples);
  if (own.length === 0) return notSeen("no findings of this program");
  const tagged = own.filter(({ Resources }) => Resources?.some(({ Tags = {} }) => Object.keys(Tags).length > 0)).length;
  const seen = `${counted(own.length, "finding")}, ${tagged} with tags; the program sends none`;
  return tagged > 0 ? asAssumed(seen) : notSeen(seen);
}

async function checkCompany(samples: Samples): Promise<Observation> {
  const own = await ownFindings(samples);
  const company = own.flatMap(({ CompanyName }) => CompanyName ?? []).at(0);
  if (company === undefined) return notSeen("no findings of this program");
  const found = await getFindings(samples.account, {
    CompanyName: equalsAny(company),
    Id: equalsAny(...own.slice(0, MAX_FILTER_VALUES).flatMap(({ Id }) => Id ?? [])),
  });
  const expected = own.slice(0, MAX_FILTER_VALUES).filter(({ CompanyName }) => CompanyName === company).length;
  const seen = `the filter returned ${found.length} of ${counted(expected, "finding")}`;
  return found.length === expected ? asAssumed(seen) : differs(seen);
}

async function checkStored(samples: Samples): Promise<Observation> {
  const own = await ownFindings(samples);
  if (own.length === 0) return notSeen("no findings of this program");
  const missing = own.flatMap((finding) => {
    const { CreatedAt, UpdatedAt, RecordState, Workflow, FindingProviderFields, ProductFields = {} } = finding;
    const fields = Object.keys(ProductFields).some((key) => key.startsWith(OWN_FIELDS));
    return [
      ...(isTime(CreatedAt) ? [] : ["CreatedAt"]),
      ...(isTime(UpdatedAt) ? [] : ["UpdatedAt"]),
      ...(RecordState === undefined ? ["RecordState"] : []),
      ...(Workflow?.Status === undefined ? ["Workflow"] : []),
      ...(FindingProviderFields?.Severity === undefined ? ["FindingProviderFields"] : []),
      ...(fields ? [] : ["ProductFields"]),
    ];
  });
  if (missing.length > 0) return differs(`of ${counted(own.length, "finding")} absent: ${counts(missing)}`);
  return asAssumed(
    `${counted(own.length, "finding")}: ${counts(own.map((finding) => kindOfGenerator(finding.GeneratorId)))}`,
  );
}

const isTime = (text = ""): boolean => !Number.isNaN(Date.parse(text));

async function checkNative({ nativeFindings }: Samples): Promise<Observation> {
  const found = await nativeFindings();
  if (found.length === 0) return notSeen("no findings of AWS's own integration");
  const unread = found.filter((finding) => nativeNode(finding) === undefined).length;
  const seen = `${counted(found.length, "finding")}, ${found.length - unread} with a node`;
  return unread === 0 ? asAssumed(seen) : differs(seen);
}

/** The form that replay-quarantine accepts. */
const QUEUE_URL = /^https:\/\/sqs\.[a-z0-9-]+\.[a-z0-9.-]+\/\d{12}\/[\w-]{1,80}$/;

async function checkQueueUrls({ account }: Samples): Promise<Observation> {
  const { clients, namePrefix, region } = account;
  const command = new ListQueuesCommand({ QueueNamePrefix: `${namePrefix}-${region}`, MaxResults: 100 });
  const { QueueUrls = [] } = await clients.sqs.send(command);
  if (QueueUrls.length === 0) return notSeen("no queue whose name begins with NAMEPREFIX-REGION");
  const odd = QueueUrls.filter((url) => !QUEUE_URL.test(url)).length;
  const seen = `${counted(QueueUrls.length, "URL")}, ${QueueUrls.length - odd} of this form`;
  return odd === 0 ? asAssumed(seen) : differs(seen);
}

const HUB = "functions/security-hub/security-hub.ts";
const STORED = "functions/security-hub/asff/stored-finding.ts";

export const HUB_FACTS: FactGroup = {
  title: "Security Hub and SQS: reads",
  facts: [
    {
      id: "id-prefix",
      how: "read",
      statement: "GetFindings finds by the beginning of an Id.",
      assumed: "PREFIX on Id returns the findings of a node, of every kind.",
      then: "Publish asks for a node's findings with one value. It leaves out findings of other nodes.",
      otherwise: "Publish would not see a stored finding, and would write it as a new one.",
      handled: false,
      reliesOn: [HUB, "functions/security-hub/destination.ts"],
      check: checkPrefix,
    },
    {
      id: "id-prefix-twenty",
      how: "read",
      statement: "A filter on Id takes 20 PREFIX values.",
      assumed: "One call returns the findings of 20 nodes.",
      then: "Publish reads 20 nodes in one call.",
      otherwise: "Publish would fail, or miss stored findings.",
      handled: false,
      reliesOn: [HUB],
      check: checkTwentyPrefixes,
    },
    {
      id: "linked-regions",
      how: "read",
      statement: "In the aggregation Region, GetFindings also returns findings of linked Regions and member accounts.",
      assumed: "Findings of other Regions come back.",
      then: "Every finding is checked for account and Region, and others are left alone.",
      otherwise: "The same check finds nothing to leave out.",
      handled: true,
      reliesOn: [STORED],
      check: checkRegions,
    },
    {
      id: "resource-tags",
      how: "read",
      statement: "Security Hub adds the tags of a resource whose Id is an ARN.",
      assumed: "Stored findings have tags that the program did not send.",
      then: "Tags are no part of the content hash, so a changed tag is not a change of the finding.",
      otherwise: "The findings have no tags.",
      handled: true,
      reliesOn: ["functions/security-hub/asff/content-hash.ts", "functions/security-hub/asff/head.ts"],
      check: checkTags,
    },
    {
      id: "company-name-filter",
      how: "read",
      statement: "The filter CompanyName matches the CompanyName that a finding was imported with.",
      assumed: "It does not match Personal, the name of the default product.",
      then: "People filter by companyName to see this program's findings.",
      otherwise: "That filter finds nothing. The program itself filters by GeneratorId.",
      handled: true,
      reliesOn: ["functions/security-hub/asff/head.ts"],
      check: checkCompany,
    },
    {
      id: "stored-fields",
      how: "read",
      statement: "GetFindings returns the fields that decisions need.",
      assumed: "Times, RecordState, workflow status, provider fields and ProductFields are there.",
      then: "Publish compares the stored finding with the wanted one.",
      otherwise: "Publish takes the finding as changed, and imports it again.",
      handled: true,
      reliesOn: ["functions/security-hub/asff/asff.ts", STORED],
      check: checkStored,
    },
    {
      id: "native-findings",
      how: "read",
      statement: "A finding of AWS's own integration has one resource, whose Id ends with the node's id.",
      assumed: "The Id is the bare id or an ARN.",
      then: "close-native-findings finds the node of such a finding.",
      otherwise: "close-native-findings keeps the finding, and says so.",
      handled: true,
      reliesOn: ["commands/account/native-findings.ts"],
      check: checkNative,
    },
    {
      id: "queue-urls",
      how: "read",
      statement: "A queue's URL has the form https://sqs.REGION.DOMAIN/ACCOUNT/NAME.",
      assumed: "No older form of the URL.",
      then: "replay-quarantine accepts the URL.",
      otherwise: "replay-quarantine may refuse the URL in one line, before it does anything.",
      handled: true,
      reliesOn: ["commands/replay-quarantine.ts"],
      check: checkQueueUrls,
    },
  ],
};
