import type { AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import { PRODUCT_FIELDS } from "../../../contract/product-fields.ts";
import type { RatedJudgement } from "../../compliance/node-severity.ts";
import { BLIND_SPOTS, type BlindSpot } from "../../compliance/blind-spot.ts";
import type { BlindSpotEnd } from "../../finding/intent.ts";
import { findingHead, nodeName, resource } from "./head.ts";
import type { FindingScope } from "./finding-identity.ts";
import type { FindingTimes } from "./times.ts";
import type { StoredFinding } from "./stored-finding.ts";
import { remediationCommand, type CommandTarget } from "../../finding/remediation-command.ts";
import { withCommand, type Remedy } from "../../finding/remediation.ts";
import { omit } from "../../runtime/omit.ts";
import { cleanText } from "../../runtime/text.ts";

const TITLE = "Systems Manager Patch Summary - Managed Instance Patch State Unknown";
const TITLE_UNMANAGED = "Systems Manager Patch Summary - Unmanaged Instance Patch State Unknown";
const TITLE_ENDED = "Systems Manager Patch Summary - Managed Instance Blind Spot Ended";
const TITLE_PASSED = "Systems Manager Patch Summary - Managed Instance Patch State Known";
const TYPES = ["Software & Configuration Checks/Patch Management/Blind Spot"];
const REMEDIATION_URL =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-troubleshooting.html";
const UNMANAGED_URL = "https://docs.aws.amazon.com/systems-manager/latest/userguide/troubleshooting-ssm-agent.html";
const REMEDIES: Readonly<Record<BlindSpot["kind"], string>> = {
  unmanaged:
    "Check that SSM Agent is installed and runs, that the instance has an instance profile with AmazonSSMManagedInstanceCore " +
    "(or switch on Default Host Management Configuration), and that it reaches Systems Manager through the internet or VPC " +
    "endpoints (ssm, ssmmessages, ec2messages).",
  failedRun:
    "Check the output of the failed run and fix what it reports. Then run AWS-RunPatchBaseline with Operation Scan.",
  noData: "Check that SSM Agent runs and that a patch baseline exists for the platform. Then run a Scan.",
  silent: "Check that SSM Agent runs and that a schedule still scans or patches the node. Then run a Scan.",
};
/** Kinds of blind spots whose node a command reaches. */
const SCANNABLE: ReadonlySet<string> = new Set(["failedRun", "noData", "silent"]);
const MAX_DESCRIPTION_BYTES = 1_000;
const SEVERITY = "MEDIUM";

/** The blind spot of a finding, and since when the finding has been open, as ISO 8601. */
interface Shown {
  readonly blindSpot: BlindSpot;
  readonly openSince?: string;
}

/**
 * Returns the finding about a node whose patch status is unknown. Its severity is always MEDIUM: it says how urgent a
 * check is, not how severe the unknown patches are.
 */
export function openBlindSpot(judged: RatedJudgement, shown: Shown, scope: FindingScope, times: FindingTimes) {
  const { blindSpot: spot, openSince } = shown;
  const { nodeId, readAt, node, endedAt, run } = judged.evidence;
  const remedy = remedyOf(spot.kind, { nodeId, region: scope.region });
  const isUnmanaged = spot.kind === "unmanaged";
  const name = isUnmanaged ? `EC2 instance ${nodeId}` : nodeName(nodeId, node);
  const text = `${name} may be missing patches. Its patch status is unknown: ${spot.reason}.`;
  return {
    ...findingHead(scope, nodeId, "blindSpot", times, readAt),
    Title: isUnmanaged ? TITLE_UNMANAGED : TITLE,
    Description: cleanText(text, MAX_DESCRIPTION_BYTES) ?? TITLE,
    FindingProviderFields: { Severity: { Label: SEVERITY, Original: spot.kind }, Types: TYPES },
    Compliance: { Status: "WARNING" },
    RecordState: "ACTIVE",
    Remediation: { Recommendation: { Text: remedy.text, Url: isUnmanaged ? UNMANAGED_URL : REMEDIATION_URL } },
    Resources: [resource(nodeId, node, undefined, scope)],
    ProductFields: {
      [PRODUCT_FIELDS.blindSpot]: spot.kind,
      [PRODUCT_FIELDS.blindSpotReason]: spot.reason,
      [PRODUCT_FIELDS.peakSeverity]: SEVERITY,
      ...(remedy.command && { [PRODUCT_FIELDS.remediationCommand]: remedy.command }),
      ...(openSince && { [PRODUCT_FIELDS.openSince]: openSince }),
      ...(endedAt && { [PRODUCT_FIELDS.operationEndTime]: endedAt }),
      ...(run && { [PRODUCT_FIELDS.document]: run.document }),
      ...(run?.operationId && { [PRODUCT_FIELDS.operationId]: run.operationId }),
    },
  } satisfies AwsSecurityFinding;
}

/** Every kind has its remedy. A node must be managed for a command to reach it. */
function remedyOf(kind: BlindSpot["kind"], target: CommandTarget): Remedy {
  const command = SCANNABLE.has(kind) ? remediationCommand("scan", target) : undefined;
  return withCommand(REMEDIES[kind], command);
}

/** Returns the same finding after the node reported again. */
export function closedBlindSpot(judged: RatedJudgement, shown: Shown, scope: FindingScope, times: FindingTimes) {
  const { nodeId, node, endedAt } = judged.evidence;
  const open = openBlindSpot(judged, shown, scope, times);
  const fields = omit(open.ProductFields, PRODUCT_FIELDS.remediationCommand);
  const proof = `Closed by proof: the node reported again. A patch operation that ended ${endedAt} found it ${judged.status}.`;
  return {
    ...open,
    Title: TITLE_PASSED,
    Description: `${nodeName(nodeId, node)} reports its patch compliance again.`,
    FindingProviderFields: { Severity: { Label: "INFORMATIONAL", Original: "REPORTED" }, Types: TYPES },
    Compliance: { Status: "PASSED" },
    RecordState: "ARCHIVED",
    Remediation: {
      Recommendation: { Text: "Nothing to do: the node reports its patch compliance again.", Url: REMEDIATION_URL },
    },
    ProductFields: { ...fields, [PRODUCT_FIELDS.proof]: proof },
  } satisfies AwsSecurityFinding;
}

const ENDED: Readonly<Record<BlindSpotEnd, string>> = {
  managed: "MANAGED",
  stopped: "STOPPED",
  leftOut: "LEFT_OUT",
};

/** Returns the same finding after the blind spot ended without a report of its node. */
export function endedBlindSpot(
  judged: RatedJudgement,
  { end, why }: { readonly end: BlindSpotEnd; readonly why: string },
  shown: Shown,
  scope: FindingScope,
  times: FindingTimes,
) {
  const { nodeId, readAt } = judged.evidence;
  const open = openBlindSpot(judged, shown, scope, times);
  return {
    ...open,
    Title: TITLE_ENDED,
    Description: `${nodeId} is no blind spot any more: ${why}. The finding closed without proof of compliance.`,
    FindingProviderFields: { Severity: { Label: "INFORMATIONAL", Original: ENDED[end] }, Types: TYPES },
    Compliance: { Status: "PASSED" },
    RecordState: "ARCHIVED",
    Remediation: { Recommendation: { Text: `Nothing to do: ${why}.`, Url: REMEDIATION_URL } },
    ProductFields: {
      ...open.ProductFields,
      [PRODUCT_FIELDS.proof]: `Closed without proof of compliance: ${why} (read ${readAt}).`,
    },
  } satisfies AwsSecurityFinding;
}

/** Returns the blind spot that a stored finding shows. */
export function storedBlindSpot({ ProductFields = {} }: StoredFinding): BlindSpot {
  const kind = BLIND_SPOTS.find((name) => name === ProductFields[PRODUCT_FIELDS.blindSpot]) ?? "silent";
  return { kind, reason: cleanText(ProductFields[PRODUCT_FIELDS.blindSpotReason], 200) ?? "no reason was recorded" };
}
