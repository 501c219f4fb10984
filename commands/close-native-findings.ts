import { SecurityHubClient, type AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { equalsAny } from "../functions/security-hub/filters.ts";
import { readNodes } from "../functions/systems-manager/node-reader.ts";
import { securityHub, type SecurityHub } from "../functions/security-hub/security-hub.ts";
import { systemsManager, type PatchData } from "../functions/systems-manager/systems-manager.ts";
import type { UpdateFailure, WorkflowUpdate } from "../functions/security-hub/workflow-update.ts";
import { chunks } from "../functions/runtime/chunks.ts";
import { FINDING_KINDS } from "../contract/generators.ts";
import { findingId, productArn } from "../functions/security-hub/asff/finding-identity.ts";
import { MAX_NODES } from "../functions/compliance/reading.ts";
import { isOwnFinding } from "../functions/security-hub/asff/stored-finding.ts";
import { judge, MAX_READS_OF_NODE } from "../functions/compliance/verdict.ts";
import { NOTE_AUTHOR } from "../contract/workflow-notes.ts";
import { printable } from "../command-line/terminal.ts";
import { accountClient } from "./account/client.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./account/command.ts";
import { findingsOf, hubArn, hubScope, type HubScope } from "./account/hub.ts";
import { isOpenNative, nativeNode, nativeProductArn, type NativeFinding } from "./account/native-findings.ts";
import { findingScope } from "./account/own-findings.ts";
import { decideResolution, type Resolution } from "./close-native-findings/resolution.ts";

interface Ports {
  readonly describeHub: () => Promise<string>;
  readonly hub: Pick<SecurityHub, "search" | "findings" | "updateWorkflow">;
  readonly data: PatchData;
  readonly now: () => Date;
  readonly print: (line: string) => void;
}

/** Numbers of native findings. */
interface Outcome {
  readonly resolved: number;
  readonly kept: number;
  readonly failed: number;
}

/**
 * Resolves the native integration's open findings that are outdated: this program has a finding for the node, or the
 * node is compliant now. Prints one line per finding.
 *
 * @param dryRun prints what it would do, and changes nothing
 * @example const { resolved } = await closeNativeFindings(false, ports);
 */
export async function closeNativeFindings(dryRun: boolean, ports: Ports): Promise<Outcome> {
  const scope = hubScope(await ports.describeHub());
  const findings = await openNative(scope, ports.hub);
  const nodeIds = [...new Set(findings.flatMap((finding) => nativeNode(finding) ?? []))];
  const covered = await coveredNodes(nodeIds, scope, ports.hub);
  const compliant = await compliantNodes(
    nodeIds.filter((nodeId) => !covered.has(nodeId)),
    ports,
  );
  const resolutions = findings.map((finding) => decideResolution(finding, { covered, compliant }));
  for (const resolution of resolutions) ports.print(resolutionLine(resolution, dryRun));
  const chosen = resolutions.filter(({ resolve }) => resolve);
  const kept = resolutions.length - chosen.length;
  if (dryRun) return { resolved: 0, kept: kept + chosen.length, failed: 0 };
  const failures = await resolve(chosen, scope, ports.hub);
  for (const { id, code, message } of failures) ports.print(printable(`not resolved: ${id}: ${code} ${message}`));
  return { resolved: chosen.length - failures.length, kept, failed: failures.length };
}

async function openNative(scope: HubScope, hub: Ports["hub"]): Promise<NativeFinding[]> {
  const filters: AwsSecurityFindingFilters = {
    ProductArn: equalsAny(nativeProductArn(scope)),
    AwsAccountId: equalsAny(scope.account),
    RecordState: equalsAny("ACTIVE"),
    WorkflowStatus: equalsAny("NEW", "NOTIFIED"),
  };
  const found: NativeFinding[] = [];
  for await (const finding of findingsOf(hub, filters)) if (isOpenNative(finding, scope)) found.push(finding);
  return found;
}

async function coveredNodes(nodeIds: readonly string[], hub: HubScope, { findings }: Ports["hub"]) {
  const scope = findingScope(hub);
  const ids = nodeIds.flatMap((nodeId) => FINDING_KINDS.map((kind) => findingId(scope, nodeId, kind)));
  const stored = await findings(productArn(scope), ids);
  const isCovered = (nodeId: string) =>
    stored.some((finding) => FINDING_KINDS.some((kind) => isOwnFinding(finding, scope, nodeId, kind)));
  return new Set(nodeIds.filter(isCovered));
}

async function compliantNodes(nodeIds: readonly string[], { data, now }: Ports): Promise<Set<string>> {
  const compliant = new Set<string>();
  for (const some of chunks(nodeIds, MAX_NODES)) {
    const references = some.map((nodeId) => ({ nodeId, attempts: MAX_READS_OF_NODE }));
    const readings = await readNodes(references, data, now);
    for (const [index, reference] of references.entries()) {
      const reading = readings[index];
      if (reading !== undefined && judge(reference, reading).status === "compliant") compliant.add(reference.nodeId);
    }
  }
  return compliant;
}

/** Resolves the findings and keeps a person's note. Retries once the updates that Security Hub did not process. */
async function resolve(
  resolutions: readonly Resolution[],
  scope: HubScope,
  hub: Ports["hub"],
): Promise<UpdateFailure[]> {
  const updates = resolutions.flatMap(({ finding, reason }): WorkflowUpdate[] => {
    if (finding.Id === undefined) return [];
    const note = { text: `Resolved because ${reason}.`, updatedBy: NOTE_AUTHOR };
    return [
      {
        id: finding.Id,
        productArn: nativeProductArn(scope),
        status: "RESOLVED",
        ...(finding.Note === undefined && { note }),
      },
    ];
  });
  const failures = await hub.updateWorkflow(updates);
  const failed = new Set(failures.map(({ id }) => id));
  return failed.size === 0 ? [] : hub.updateWorkflow(updates.filter(({ id }) => failed.has(id)));
}

function resolutionLine({ finding, nodeId = "no node", resolve: chosen, reason }: Resolution, dryRun: boolean): string {
  const verb = chosen ? (dryRun ? "would resolve" : "resolve") : "keep";
  return printable(`${verb}: ${nodeId}: ${reason}: ${finding.Id ?? "no Id"}`);
}

const NEEDS =
  "The credentials must be allowed securityhub:DescribeHub, securityhub:GetFindings and securityhub:BatchUpdateFindings, " +
  "and ssm:DescribeInstanceInformation, ssm:DescribeInstancePatchStates, ssm:ListComplianceItems and " +
  "ssm:ListInventoryEntries.";

async function main(): Promise<number> {
  const { region, dryRun } = regionCommand(
    "close-native-findings",
    "Resolves outdated open findings of AWS's own Patch Manager integration. Changes nothing else.",
    ["--region eu-west-1 --dry-run"],
  )
    .option("--dry-run", "list the findings that would be resolved; change nothing", false)
    .parse()
    .opts<{ region: string; dryRun: boolean }>();
  const settings = { ...CLIENT_SETTINGS, region };
  const client = accountClient(new SecurityHubClient(settings));
  return exitCodeOf(`not all findings in ${region} were resolved`, NEEDS, async () => {
    const { resolved, kept, failed } = await closeNativeFindings(dryRun, {
      describeHub: () => hubArn(client),
      hub: securityHub(client),
      data: systemsManager(accountClient(new SSMClient(settings))),
      now: () => new Date(),
      print: (text) => console.log(text),
    });
    console.log(`${resolved} resolved, ${kept} kept, ${failed} failed${dryRun ? "; --dry-run changes nothing" : ""}`);
    return failed === 0 ? 0 : 1;
  });
}

if (import.meta.main) process.exitCode = await main();
