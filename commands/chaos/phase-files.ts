import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultRule } from "../../local/gateway/faults.ts";
import type { Fleet } from "../../local/fleet/fleet.ts";

/** The input of a phase. */
interface PhaseInput {
  readonly fleet: Fleet;
  /** The findings in Security Hub at the start. */
  readonly findings: readonly object[];
  readonly events: readonly object[];
  /** Empty in the calm run. */
  readonly faults: readonly FaultRule[];
}

/** Paths of a phase's input, as `npm start` accepts them. */
export interface PhaseFiles {
  readonly fleet: string;
  readonly events: string;
  readonly faults: string;
}

/** Writes a phase's input as files for `npm start`, so that a person can repeat the phase with the console open. */
export async function writePhase(folder: string, { fleet, findings, events, faults }: PhaseInput): Promise<PhaseFiles> {
  await mkdir(folder, { recursive: true });
  const { account, region, nodes, patchStates, complianceItems, complianceSummaries, instances = [] } = fleet;
  const files: Readonly<Record<string, unknown>> = {
    "account.json": { AccountId: account, Region: region },
    "describe-instance-information.json": { InstanceInformationList: nodes },
    "describe-instance-patch-states.json": { InstancePatchStates: patchStates },
    "list-compliance-items.json": { ComplianceItems: complianceItems },
    "list-resource-compliance-summaries.json": { ResourceComplianceSummaryItems: complianceSummaries },
    "describe-instances.json": { Reservations: [{ Instances: instances }] },
    "findings.json": { Findings: findings },
    "events.json": events,
    "faults.json": faults,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
  return { fleet: folder, events: join(folder, "events.json"), faults: join(folder, "faults.json") };
}
