/** The fleets of the benchmark: as generated, after patching, and as files for the local run. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Fleet } from "../../local/fleet/fleet.ts";
import { NODE_ID } from "../../local/fleet/fleet-records.ts";
import { SystemsManager } from "../../local/services/systems-manager/systems-manager.ts";

/** One installation in ten fails at the first attempt. Then the second one succeeds. */
const INSTALLATIONS = 2;

/** Returns the fleet after patches were installed on every node. */
export function patchedFleet(fleet: Fleet): Fleet {
  const ssm = new SystemsManager(fleet);
  for (let attempt = 0; attempt < INSTALLATIONS; attempt++) {
    for (const { InstanceId } of fleet.nodes) ssm.runPatchDocument(InstanceId, "Install", new Date());
  }
  return ssm.fleet();
}

/** Returns the ids of the nodes that Systems Manager shows as noncompliant. */
export function noncompliantNodes({ complianceSummaries }: Fleet): Set<string> {
  const bad = complianceSummaries.filter(({ Status }) => Status === "NON_COMPLIANT");
  return new Set(bad.map(({ ResourceId }) => ResourceId));
}

/** Returns the ids of the nodes with an open finding: active, not passed and not resolved. */
export function reportedNodes(findings: readonly object[]): Set<string> {
  const open = findings.filter((finding) => {
    const { RecordState, Compliance, Workflow } = finding as Finding;
    return RecordState === "ACTIVE" && Compliance?.Status !== "PASSED" && Workflow?.Status !== "RESOLVED";
  });
  return new Set(open.flatMap((finding) => (finding as Finding).Resources.flatMap(({ Id }) => nodeIdOf(Id))));
}

interface Finding {
  readonly RecordState?: string;
  readonly Compliance?: { readonly Status?: string };
  readonly Workflow?: { readonly Status?: string };
  readonly Resources: readonly { readonly Id: string }[];
}

function nodeIdOf(resourceId: string): string[] {
  const id = resourceId.split("/").at(-1) ?? "";
  return NODE_ID.test(id) ? [id] : [];
}

/** Writes a fleet directory, which the option `--fleet` reads. @param findings those already in Security Hub */
export async function writeFleet(directory: string, fleet: Fleet, findings: readonly object[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  const files = {
    account: { AccountId: fleet.account, Region: fleet.region },
    "describe-instance-information": { InstanceInformationList: fleet.nodes },
    "describe-instance-patch-states": { InstancePatchStates: fleet.patchStates },
    "list-compliance-items": { ComplianceItems: fleet.complianceItems },
    "list-resource-compliance-summaries": { ResourceComplianceSummaryItems: fleet.complianceSummaries },
    findings: { Findings: findings },
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, `${name}.json`), JSON.stringify(content));
  }
}
