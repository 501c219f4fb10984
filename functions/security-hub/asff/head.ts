import { GENERATOR_IDS, type FindingKind } from "../../../contract/generators.ts";
import { consoleUrl, findingId, productArn, type FindingScope } from "./finding-identity.ts";
import { nodeArn } from "../../work/node-arn.ts";
import { isHybrid } from "../../work/node-reference.ts";
import type { NodeDescription } from "../../compliance/reading.ts";
import type { FindingTimes } from "./times.ts";
import { cleanText } from "../../runtime/text.ts";

/** Returns the fields that findings of both kinds share, within the limits of BatchImportFindings. */
export function findingHead(
  scope: FindingScope,
  nodeId: string,
  kind: FindingKind,
  times: FindingTimes,
  observedAt: string,
) {
  const url = consoleUrl(scope, nodeId);
  return {
    SchemaVersion: "2018-10-08",
    Id: findingId(scope, nodeId, kind),
    ProductArn: productArn(scope),
    ProductName: scope.productName,
    CompanyName: scope.companyName,
    Region: scope.region,
    GeneratorId: GENERATOR_IDS[kind],
    AwsAccountId: scope.account,
    CreatedAt: times.createdAt,
    UpdatedAt: times.updatedAt,
    FirstObservedAt: times.firstObservedAt,
    LastObservedAt: observedAt,
    ...(url !== undefined && { SourceUrl: url }),
  };
}

/** Every name that DNS allows fits. Longer names in other scripts are cut, to leave room for the description. */
const MAX_NAME_BYTES = 255;

/** Returns the node in words: its id, and its name if Systems Manager knows one. */
export function nodeName(nodeId: string, node: NodeDescription | undefined): string {
  const computerName = cleanText(node?.computerName, MAX_NAME_BYTES);
  const name = [computerName, node?.platformName].filter((word) => word !== undefined).join(", ");
  return name === "" ? `Managed node ${nodeId}` : `Managed node ${nodeId} (${name})`;
}

/** Returns the ASFF resource type of a node. */
export function resourceType(nodeId: string, { hybridResourceType }: FindingScope): string {
  return isHybrid(nodeId) ? hybridResourceType : "AwsEc2Instance";
}

/**
 * The partitions that BatchImportFindings accepts (API reference, "Resource"). For all others the optional field is left
 * out, because any other value is refused.
 */
const ASFF_PARTITIONS = ["aws", "aws-cn", "aws-us-gov"] as const;

/** Returns the resource of a finding: the node. */
export function resource(
  nodeId: string,
  node: NodeDescription | undefined,
  patchGroup: string | undefined,
  scope: FindingScope,
) {
  const other = {
    ...(node?.computerName && { ComputerName: node.computerName }),
    ...(node?.platformName && { PlatformName: node.platformName }),
    ...(node?.platformVersion && { PlatformVersion: node.platformVersion }),
    ...(patchGroup && { PatchGroup: patchGroup }),
  };
  const partition = ASFF_PARTITIONS.find((name) => name === scope.partition);
  return {
    Type: resourceType(nodeId, scope),
    Id: nodeArn(scope, nodeId),
    ...(partition && { Partition: partition }),
    Region: scope.region,
    ...(Object.keys(other).length > 0 && { Details: { Other: other } }),
  };
}
